import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  readonly port: number;
  /** Resident memory in bytes. */
  memory(): number;
  stop(): Promise<void>;
}

/** True when processes can be bound to cores here: the server gets one, everybody else the others. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/**
 * Starts a Node program and waits for its line with `"msg":"ready"`, which names the port.
 *
 * @param logFile takes its output, as in production; a pipe to this process would keep a core busy with reading
 */
export async function startServer(
  script: string,
  environment: NodeJS.ProcessEnv,
  logFile: string,
  { pin = canPin }: { pin?: boolean } = {},
): Promise<ServerProcess> {
  const output = openSync(logFile, 'w');
  const command = [...(pin ? ['taskset', '-c', '0'] : []), process.execPath, script];
  const [program = process.execPath, ...parameters] = command;
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  const exited = once(child, 'exit');
  return {
    port: await readPort(child, logFile),
    memory: () => residentMemory(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function readPort(child: ChildProcess, logFile: string): Promise<number> {
  while (child.exitCode === null) {
    const ready = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((line) => line.includes('"msg":"ready"'));
    if (ready !== undefined) return JSON.parse(ready).port;
    await sleep(50);
  }
  throw new Error('The server ended before it was ready');
}

function residentMemory(pid: number | undefined): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout.trim()) * 1024;
}
