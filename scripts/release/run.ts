import { spawnSync } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. @returns what it printed @throws Error with all of its output when it fails */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: RunOptions,
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    // npm is a script on Windows.
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} has failed:\n${stdout}${stderr}`);
  return stdout;
}
