import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './ports.ts';
import { until } from './service-process.ts';
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
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(() => {
    if (server.exitCode !== null) throw new Error(`Redis has ended:\n${said}`);
    return said.includes('Ready to accept');
  }, 'Redis takes connections');
  return {
    url: `redis://127.0.0.1:${own}`,
    port: own,
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
    },
  };
}
