import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { layoutOf } from '../../src/db/embedded/layout.ts';
import { readPostmasterFile, whoIs } from '../../src/db/embedded/postmaster.ts';

/** One line of the log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [name: string]: unknown;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds since the process was started. */
  readonly ms: number;
}

/** The server, or a script of it, as a process of its own. */
export interface ServiceProcess {
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Everything that was written to standard output and to standard error. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Waits for a line of the log; rejects when the process ends without it. */
  logged(msg: string): Promise<LogLine>;
  /** Waits until the server is ready. @returns where it listens */
  ready(): Promise<{ readonly origin: string; readonly port: number; readonly line: LogLine }>;
  signal(name: NodeJS.Signals): void;
  ended(): Promise<Ended>;
  /** Kills the process; its embedded PostgreSQL stays behind. */
  destroy(): Promise<void>;
}

/** Generous: the machine may be busy with other tests. */
const PATIENCE = 25_000;
/** A start compiles the contract, which takes all of a core for seconds. */
const START_PATIENCE = 55_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What every program has to be told when the tests' databases are behind a pooler. */
export const POOLED: Readonly<Record<string, string>> =
  process.env.TEST_POOLER === '1' ? { DATABASE_PREPARE: 'false' } : {};

/** Runs a script of the repository with this environment and nothing else of ours. */
export function runProcess(
  script: string,
  environment: Readonly<Record<string, string>>,
  { args = [], cwd = tmpdir(), node = [] }: { args?: string[]; cwd?: string; node?: string[] } = {},
): ServiceProcess {
  const started = performance.now();
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    [...node, join(ROOT, script), ...args],
    { cwd, env: { PATH: process.env.PATH, ...POOLED, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = { stdout: '', stderr: '' };
  const lines: LogLine[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('{')) lines.push(JSON.parse(part) as LogLine);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  let end: Ended | undefined;
  const closed = once(child, 'close').then(([code, signal]) => {
    end = { code, signal, ms: performance.now() - started };
    return end;
  });

  const logged = async (msg: string, patience = PATIENCE): Promise<LogLine> => {
    for (const until = Date.now() + patience; Date.now() < until; await sleep(10)) {
      const line = lines.find((candidate) => candidate.msg === msg);
      if (line !== undefined) return line;
      if (end !== undefined) break;
    }
    throw new Error(`It never said "${msg}", but:\n${output.stdout}${output.stderr}`);
  };
  return {
    pid: child.pid ?? 0,
    lines,
    output,
    logged: (msg) => logged(msg),
    ready: async () => {
      const line = await logged('ready', START_PATIENCE);
      const port = Number(line.port);
      return { origin: `http://127.0.0.1:${port}`, port, line };
    },
    signal: (name) => void child.kill(name),
    ended: () => Promise.race([closed, refuseToWait(output)]),
    destroy: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Lines of the log that tell of a fault of ours. */
export function complaints({ lines }: ServiceProcess): LogLine[] {
  return lines.filter(({ level }) => level === 'error' || level === 'fatal');
}

async function refuseToWait(output: { stdout: string; stderr: string }): Promise<never> {
  await sleep(PATIENCE, undefined, { ref: false });
  throw new Error(`It did not end:\n${output.stdout}${output.stderr}`);
}

/** Ends the embedded PostgreSQL that a killed process left behind, if there is one. */
export async function endEmbedded(dataDir: string): Promise<void> {
  const { cluster } = layoutOf(dataDir);
  const left = await readPostmasterFile(cluster);
  if (left === undefined) return;
  await until(async () => {
    // Its pid may belong to somebody else by now.
    if ((await whoIs(left.pid, cluster, undefined)) !== 'ours') return true;
    process.kill(left.pid, 'SIGQUIT');
    return false;
  }, 'the embedded PostgreSQL has ended');
}

/** Where mails go in tests that do not look at them. */
const UNREAD = mkdtempSync(join(tmpdir(), 'taskpact-test-'));
process.once('exit', () => rmSync(UNREAD, { recursive: true, force: true }));
// How vitest ends a worker; by itself the signal would leave no time for that.
process.once('SIGTERM', () => process.exit());

/** Settings under which the server runs like in production, but cheaply and on any port. */
export const SERVICE_ENVIRONMENT: Readonly<Record<string, string>> = {
  DATA_DIR: UNREAD,
  PORT: '0',
  BCRYPT_COST: '4',
  RATE_LIMIT: 'off',
  LOG_LEVEL: 'debug',
};

/** Starts `src/main.ts`. */
export function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  options: { cwd?: string; node?: string[] } = {},
): ServiceProcess {
  return runProcess('src/main.ts', { ...SERVICE_ENVIRONMENT, ...environment }, options);
}

/** An empty folder. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'taskpact-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/** Waits until something is true. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) if (await condition()) return;
  throw new Error(`It never came true that ${what}`);
}
