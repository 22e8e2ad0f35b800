import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Questions } from './probe.ts';

export interface ServerProcess {
  readonly port: number;
  /** Where the metrics are, if `METRICS_PORT` is set. */
  readonly metricsPort: number;
  /** Resident memory in bytes. */
  memory(): number;
  /** Seconds of processor time that it has used so far; NaN where the system does not tell. */
  cpu(): number;
  /** Asks a process that was started with the probe. @throws Error when it does not answer in time, or ends instead */
  ask<Q extends keyof Questions>(question: Q): Promise<Awaited<ReturnType<Questions[Q]>>>;
  /** Ends it as its operator would. @throws Error when it had ended before, or does not end well */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  /** Bound to one core, so that the load has another for itself. */
  readonly pin?: boolean;
  /** Can be asked about itself (`probe.ts`). */
  readonly probe?: boolean;
  /** Checkout that the program is from. */
  readonly root?: string;
  readonly args?: readonly string[];
}

/** Milliseconds for a start, and for an answer to a question. */
const LONGEST_WAIT = 60_000;

/** This checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** True when processes can be bound to cores here: the server gets one, everybody else the others. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/**
 * Starts a Node program and waits for its line with `"msg":"ready"`, which names the port.
 *
 * @param script in the checkout
 * @param logFile takes its output, as in production; a pipe to this process would keep a core busy with reading
 */
export async function startServer(
  script: string,
  environment: NodeJS.ProcessEnv,
  logFile: string,
  { pin = canPin, probe = false, root = ROOT, args = [] }: ProcessOptions = {},
): Promise<ServerProcess> {
  const output = openSync(logFile, 'w');
  const node = [process.execPath, ...(probe ? ['--import', join(ROOT, 'bench/probe.ts')] : [])];
  const command = [...(pin ? ['taskset', '-c', '0'] : []), ...node, join(root, script), ...args];
  const [program = process.execPath, ...parameters] = command;
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, 'inherit', ...(probe ? (['ipc'] as const) : [])],
    serialization: 'advanced',
  });
  closeSync(output);
  const exited = once(child, 'exit');
  const { port, metricsPort } = await readyLine(child, logFile);
  return {
    port,
    metricsPort,
    memory: () => residentMemory(child.pid),
    cpu: () => processorTime(child.pid),
    ask: async (question) => {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(LONGEST_WAIT) });
      child.send(question);
      const [message] = await Promise.race([
        answered,
        exited.then(() => refuse('ended instead of answering')),
      ]);
      return message.answer;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await exited;
      if (code !== 0) refuse(`ended with ${code ?? signal}; its log was ${logFile}`);
    },
  };
}

function refuse(what: string): never {
  throw new Error(`The server ${what}`);
}

async function readyLine(
  child: ChildProcess,
  logFile: string,
): Promise<Pick<ServerProcess, 'port' | 'metricsPort'>> {
  const deadline = performance.now() + LONGEST_WAIT;
  while (child.exitCode === null) {
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      return refuse('was not ready in time');
    }
    const ready = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((line) => line.includes('"msg":"ready"'));
    if (ready !== undefined) return JSON.parse(ready);
    await sleep(50);
  }
  return refuse('ended before it was ready');
}

function residentMemory(pid: number | undefined): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout.trim()) * 1024;
}

/** Seconds of processor time that a process and its children have used so far, those that have ended included. */
export function familyTime(pid: number): number {
  const tasks = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = tasks.filter((name) => parentOf(name) === pid);
  const [user = 0, system = 0] = statOf(String(pid)).slice(13, 15).map(Number);
  const ended = (user + system) / 100;
  return processorTime(pid) + ended + children.reduce((sum, child) => sum + processorTime(Number(child)), 0);
}

function parentOf(pid: string): number {
  return Number(statOf(pid)[1]);
}

/** What the system tells of a process, from its state on; nothing of one that has just ended. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Linux counts it in hundredths of a second. */
function processorTime(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const [user, system] = statOf(String(pid)).slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
