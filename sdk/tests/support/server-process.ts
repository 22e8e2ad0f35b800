import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const main = join(import.meta.dirname, '../../../src/main.ts');

/** The server as an operator runs it: a process of its own, which can be stopped and started again. */
export interface ServerProcess {
  readonly baseUrl: string;
  start(): Promise<void>;
  /** Asks it to stop, as a supervisor does, and waits until it is gone. */
  stop(): Promise<void>;
}

/** @param databaseUrl a migrated database, which outlives the process */
export async function serverProcess(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA',
    BCRYPT_COST: '4',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    ...environment,
  };
  let child: ChildProcess | undefined;
  return {
    baseUrl,
    start: async () => {
      // Elsewhere than the checkout, so that no `.env` of a developer's is read.
      child = spawn(process.execPath, [main], {
        cwd: tmpdir(),
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      while (!(await isReady(baseUrl))) {
        if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}`);
        await sleep(50);
      }
    },
    stop: async () => {
      if (child === undefined || child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl}/health/ready`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
