import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface Redis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Why tests that need a Redis can't run here; undefined when they can. CI installs one, so there it is a failure. */
export function whyNoRedis(): string | undefined {
  const { status } = spawnSync('redis-server', ['--version']);
  if (status === 0) return undefined;
  if (process.env.CI === 'true') throw new Error('CI has to install redis-server');
  return '(skipped: there is no redis-server here)';
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
