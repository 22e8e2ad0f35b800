import { type ChildProcess, spawn } from 'node:child_process';
import { codeOf, EmbeddedServerError, messageOf, USE_A_SERVER } from './errors.ts';
import type { Identity } from './privileges.ts';

/** What a finished program did; `output` is stdout and stderr together. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'SystemDrive', 'windir', 'TEMP', 'TMP', 'TMPDIR'];

/**
 * The environment of PostgreSQL's programs: not ours, which holds secrets, and in which PGPORT, PGDATA or LC_* would
 * change what they do. LC_ALL has to be set on macOS, where looking for a locale starts a thread and PostgreSQL stops.
 */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of PASSED_ON) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

/** Options that every program is started with. The working folder has to be one that any identity can be in. */
export function toolOptions(identity: Identity | undefined) {
  const folder = process.platform === 'win32' ? {} : { cwd: '/' };
  return { ...folder, env: toolEnvironment(), windowsHide: true, ...identity };
}

/** Runs one of the programs to its end. */
export function runTool(
  program: string,
  args: readonly string[],
  options: {
    identity: Identity | undefined;
    /** Descriptors that the child inherits after the first three. */
    inherit?: readonly number[];
    input?: string;
    timeoutMs: number;
  },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        ...toolOptions(options.identity),
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        stdio: ['pipe', 'pipe', 'pipe', ...(options.inherit ?? [])],
      });
    } catch (error) {
      reject(cannotRun(program, error, options.identity)); // some errors are thrown, others are emitted
      return;
    }
    let output = '';
    const collect = (chunk: unknown) => {
      output = (output + String(chunk)).slice(-20_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => reject(cannotRun(program, error, options.identity)));
    child.on('close', (code, signal) => resolve({ code, signal, output }));
    child.stdin?.on('error', () => {}); // it ended without reading
    child.stdin?.end(options.input ?? '');
  });
}

/** Says what it means that a program couldn't be started at all. */
export function cannotRun(
  program: string,
  error: unknown,
  identity: Identity | undefined,
): EmbeddedServerError {
  const as = identity === undefined ? '' : ` as uid ${identity.uid}`;
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'the file is missing, or was built for another C library (Alpine Linux has none that fits)',
    EACCES: 'permission denied: its folder may be mounted noexec, or closed to that user',
    EPERM:
      'this process may not switch to that user (a container without the SETUID and SETGID capabilities?)',
  };
  const reason = why[codeOf(error) ?? ''] ?? 'it may not fit this system';
  return new EmbeddedServerError(
    'binaries',
    `PostgreSQL's program ${program} can't be run${as}: ${reason}. Install the packages again, start as an ordinary ` +
      `user, ${USE_A_SERVER}. (${messageOf(error)})`,
    error,
  );
}
