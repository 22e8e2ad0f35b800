import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Something that runs JavaScript. */
export interface Runtime {
  readonly name: string;
  /** Why it can't be used here; undefined when it can. */
  readonly missing: string | undefined;
  /** Path of the program; empty when it is missing. */
  readonly file: string;
  /** Runs a program in a folder; answers what it printed. */
  run(folder: string, ...command: readonly string[]): Promise<string>;
}

/** Programs of this name on the PATH. */
function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).filter((file) => existsSync(file));
}

function runtime(
  name: string,
  file: string | undefined,
  hint: string,
  prefix: readonly string[] = [],
): Runtime {
  return {
    name,
    missing: file === undefined ? `${name} is not installed: ${hint}` : undefined,
    file: file ?? '',
    run: async (folder, ...command) => {
      const { stdout } = await run(file ?? '', [...prefix, ...command], { cwd: folder });
      return stdout;
    },
  };
}

function node(major: number): Runtime {
  const version = (file: string): string => execFileSync(file, ['--version'], { encoding: 'utf8' });
  const given = process.env[`NODE_${major}`];
  const candidates = given === undefined ? [process.execPath, ...onPath('node')] : [given];
  const file = candidates.find((candidate) => version(candidate).startsWith(`v${major}.`));
  return runtime(`Node ${major}`, file, `put it on the PATH or its address into NODE_${major}`);
}

export const nodes = [node(20), node(24)];

export const deno = runtime(
  'Deno',
  process.env.DENO ?? onPath('deno')[0],
  'put it on the PATH or its address into DENO',
  [
    'run',
    '--no-remote',
    '--cached-only',
    '--node-modules-dir=manual',
    '--allow-net',
    '--allow-read',
    '--allow-env',
  ],
);

export const bun = runtime(
  'Bun',
  process.env.BUN ?? onPath('bun')[0],
  'put it on the PATH or its address into BUN',
);
