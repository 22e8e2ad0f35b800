import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './ports.ts';
import { whyWithout } from './tools.ts';

export interface Redis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Why tests that need a Redis can't run here; undefined when they can. */
export function whyNoRedis(): string | undefined {
  return whyWithout('redis-server');
}

/** A real Redis on loopback, which keeps nothing. */
export async function startRedis(port?: number): Promise<Redis> {
  const own = port ?? (await freePort());
  const args = ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  for await (const text of server.stdout) if (String(text).includes('Ready to accept')) break;
  return {
    url: `redis://127.0.0.1:${own}`,
    port: own,
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
    },
  };
}
