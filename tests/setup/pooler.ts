import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, isOpen } from './ports.ts';
import { until } from './service-process.ts';
import { addressOf, throughPort } from './tcp-proxy.ts';
import { whyWithout } from './tools.ts';

/** Debian puts it where root's programs are. */
const PROGRAM = '/usr/sbin/pgbouncer';
const SETTINGS = fileURLToPath(new URL('../../docs/examples/pgbouncer.ini', import.meta.url));
/** It refuses to run as root. */
const NOBODY = 65_534;

export interface Pooler {
  /** The same database, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Why tests that need a pooler can't run here; undefined when they can. */
export function whyNoPooler(): string | undefined {
  return whyWithout(PROGRAM);
}

/** A real pgbouncer on loopback with the settings that the documentation gives, in front of a PostgreSQL. */
export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpact-test-'));
  const { username, password } = new URL(databaseUrl);
  const { host, port } = addressOf(databaseUrl);
  const own = await freePort();
  const users = join(folder, 'users');
  await writeFile(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
  const settings = (await readFile(SETTINGS, 'utf8'))
    .replace('host=127.0.0.1 port=5432', `host=${host} port=${port}`)
    .replace('listen_port = 6432', `listen_port = ${own}`)
    .replace('/etc/pgbouncer/userlist.txt', users)
    // What only the place asks for: no socket in a shared folder.
    .concat('unix_socket_dir =\n');
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, settings);
  await chmod(folder, 0o755);
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(PROGRAM, ['-q', file], {
    ...identity,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text;
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`pgbouncer does not start: ${said}`);
      return isOpen(own);
    }, 'pgbouncer listens');
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: throughPort(databaseUrl, own), stop };
}
