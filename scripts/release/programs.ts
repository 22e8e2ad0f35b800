import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** A program of an installed package that is running. */
export interface RunningProgram {
  /** What it printed when it was ready, as the pattern found it. */
  readonly ready: RegExpExecArray;
  /** Ends it as a supervisor would. @returns its exit code, null if it had to be killed */
  stop(): Promise<number | null>;
}

export interface ProgramOptions {
  /** Where the package is installed; the program runs there too. */
  readonly folder: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What it prints once it can be used. */
  readonly ready: RegExp;
  readonly node?: string;
}

/** Milliseconds for a program to get ready; the first start of the server makes a database. */
const START = 60_000;
/** Milliseconds for a program to stop. */
const STOP = 20_000;

/** Starts a program of an installed package, and waits until it is ready. */
export async function startProgram(name: string, options: ProgramOptions): Promise<RunningProgram> {
  const { folder, args = [], env = {}, ready, node = process.execPath } = options;
  const program = join(folder, 'node_modules', '.bin', name);
  const child = spawn(node, [program, ...args], { cwd: folder, env: { ...cleanEnvironment(), ...env } });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    return { ready: await output(name, child, ready), stop: () => stopProgram(child, ended) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Without what npm sets for its scripts and what this repository's tests set: the program is on its own. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return { PATH, HOME, TMPDIR, SystemRoot };
}

function output(name: string, child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (what: string): void => reject(new Error(`${name} ${what}:\n${text}`));
    const timer = setTimeout(() => fail('did not get ready in time'), START);
    const read = (chunk: Buffer): void => {
      text += chunk;
      const found = pattern.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', (code) => fail(`ended with code ${code}`));
  });
}

async function stopProgram(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP);
  const code = await ended;
  clearTimeout(timer);
  return code;
}
