import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

/** What was asked for on the command line: the long form or the short one, and what else there is for vitest. */
export function readArguments(): { readonly isLong: boolean; readonly rest: readonly string[] } {
  const given = process.argv.slice(2);
  return { isLong: given.includes('--long'), rest: given.filter((argument) => argument !== '--long') };
}

/**
 * Runs the tests of a project, at this terminal. The exit code is vitest's, or 1 when a signal has ended it.
 *
 * @param args for vitest: files, and options
 * @param environment what the tests are told besides the environment of this process
 */
export function runTests(
  project: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  const child = spawn(process.execPath, [VITEST, 'run', '--project', project, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
