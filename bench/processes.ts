import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly port: number;
  /** Resident memory in bytes. */
  memory(): number;
  stop(): Promise<void>;
}

/** True when processes can be bound to cores here: the server gets one, everybody else the others. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Starts a Node program and waits for its line with `"msg":"ready"`, which names the port. */
export async function startServer(script: string, environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const command = [...(canPin ? ['taskset', '-c', '0'] : []), process.execPath, script];
  const [program = process.execPath, ...parameters] = command;
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await readPort(child);
  // Keep reading, so that the log never blocks the server.
  child.stdout?.resume();
  return {
    port,
    memory: () => residentMemory(child.pid),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function readPort({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('The server has no output');
  for await (const line of createInterface({ input: stdout })) {
    const entry = JSON.parse(line);
    if (entry.msg === 'ready') return entry.port;
  }
  throw new Error('The server ended before it was ready');
}

function residentMemory(pid: number | undefined): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout.trim()) * 1024;
}
