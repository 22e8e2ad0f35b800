import { type ChildProcessByStdio, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach } from 'vitest';
import { EmbeddedServerError } from '../../src/db/embedded/errors.ts';
import { type Layout, layoutOf } from '../../src/db/embedded/layout.ts';
import { readPostmasterFile, whoIs } from '../../src/db/embedded/postmaster.ts';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  type Seams,
  startEmbeddedServer,
} from '../../src/db/embedded/server.ts';

export const NOBODY = 65534;
export const isRoot = process.getuid?.() === 0;
export const isRootOnLinux = isRoot && process.platform === 'linux';

/** Most tests don't need to survive a power failure; what a killed process wrote, the system still has. */
export const FAST = { fsync: 'off' } as const;

/** A logger that keeps what it is told. */
export function recorder() {
  const lines: { level: string; fields: object; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * Where the data of tests goes: memory, if there is plenty. Each cluster is 40 MB in a thousand files, which a slow disk
 * makes the longest part of a test.
 */
export const PLACE = await statfs('/dev/shm').then(
  ({ bavail, bsize }) => (bavail * bsize > 2 ** 30 ? '/dev/shm' : tmpdir()),
  () => tmpdir(),
);

const cleanups: (() => Promise<unknown>)[] = [];

/** Runs after the test, last registered first. */
export function cleanup(work: () => Promise<unknown>): void {
  cleanups.push(work);
}

afterEach(async () => {
  for (let work = cleanups.pop(); work !== undefined; work = cleanups.pop()) await work();
});

/** A data folder of its own, without whatever the test leaves running in it afterwards. */
export async function dataFolder(
  owner?: number,
): Promise<{ dataDir: string; layout: Layout; folder: string }> {
  const folder = await mkdtemp(join(PLACE, 'taskpact-test-'));
  if (owner !== undefined) await chown(folder, owner, owner);
  const layout = layoutOf(join(folder, 'data'));
  cleanup(async () => {
    await endLeftServer(layout);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  return { dataDir: join(folder, 'data'), layout, folder };
}

let template: Promise<string> | undefined;

/** A data folder that was used before, with a table `kept` in it; a copy, because initdb is what takes longest. */
export async function usedDataFolder(): ReturnType<typeof dataFolder> {
  template ??= makeTemplate();
  const data = await dataFolder();
  // As the programs of the system do it: with the owners.
  execFileSync('cp', ['-a', join(await template, 'data'), data.dataDir]);
  return data;
}

async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(join(PLACE, 'taskpact-test-'));
  afterTheFile.push(() => rm(folder, { recursive: true, force: true }));
  const server = await startEmbeddedServer({
    dataDir: join(folder, 'data'),
    logger: recorder(),
    settings: FAST,
  });
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await server.stop();
  return folder;
}

const afterTheFile: (() => Promise<unknown>)[] = [];

/** One server for all tests of a file that leave it as they found it. */
export function sharedServer(): () => Promise<EmbeddedServer & { layout: Layout }> {
  let shared: Promise<EmbeddedServer & { layout: Layout }> | undefined;
  const make = async () => {
    const folder = await mkdtemp(join(PLACE, 'taskpact-test-'));
    const dataDir = join(folder, 'data');
    const server = await startEmbeddedServer({ dataDir, logger: recorder(), settings: FAST });
    afterTheFile.push(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });
    return { ...server, layout: layoutOf(dataDir) };
  };
  return () => {
    shared ??= make();
    return shared;
  };
}

afterAll(async () => {
  for (const work of afterTheFile) await work();
});

async function endLeftServer(layout: Layout): Promise<void> {
  const left = await readPostmasterFile(layout.cluster);
  if (left === undefined) return;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await whoIs(left.pid, layout.cluster, undefined)) !== 'ours') return;
    process.kill(left.pid, 'SIGQUIT');
    await sleep(25);
  }
}

/** Starts a server that is stopped after the test. */
export async function start(
  dataDir: string,
  options: Partial<EmbeddedServerOptions> = {},
  seams?: Seams,
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer(
    { dataDir, logger: recorder(), settings: FAST, ...options },
    seams,
  );
  cleanup(() => server.stop());
  return server;
}

/** The error that a start fails with. */
export async function startError(
  dataDir: string,
  options: Partial<EmbeddedServerOptions> = {},
  seams?: Seams,
): Promise<EmbeddedServerError> {
  try {
    await start(dataDir, options, seams);
  } catch (error) {
    if (error instanceof EmbeddedServerError) return error;
    throw error;
  }
  throw new Error('the server has started');
}

/** Runs one statement and returns its rows. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What `app.ts` tells. */
export interface Told {
  readonly url?: string;
  readonly pid?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Another process that starts the server; ended after the test if it still lives. */
export function app(
  dataDir: string,
  options: {
    settings?: Record<string, string>;
    sql?: string;
    /** A program to start Node with, and its arguments. */
    by?: string[];
    spawn?: SpawnOptions;
  } = {},
) {
  const script = join(import.meta.dirname, 'app.ts');
  const command = [...(options.by ?? []), process.execPath, script, dataDir];
  command.push(JSON.stringify(options.settings ?? FAST), ...(options.sql === undefined ? [] : [options.sql]));
  const child = spawn(command[0] ?? '', command.slice(1), {
    ...options.spawn,
    stdio: ['pipe', 'pipe', 'inherit'],
  }) as ChildProcessByStdio<Writable, Readable, null>;
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += String(chunk);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  cleanup(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  return {
    child,
    closed,
    /** How its start went. */
    async told(): Promise<Told> {
      while (!told.includes('\n')) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it told only "${told}"`);
        await sleep(10);
      }
      return JSON.parse(told) as Told;
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Waits for a condition. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) if (await condition()) return;
  throw new Error('it never became true');
}

/** Changes when anything in a folder does: names, owners, times and content. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const path of entries.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    const entry = lstatSync(path);
    const { mode, uid, gid, mtimeMs, size } = entry;
    hash.update(JSON.stringify([path, mode, uid, gid, mtimeMs, size]));
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** The names of the folders in which an initdb is, or was, at work. */
export async function unfinished(layout: Layout): Promise<string[]> {
  if (!existsSync(layout.home)) return [];
  return (await readdir(layout.home)).filter((name) => name.startsWith('initdb-'));
}

/** Whether a process is the living server of a cluster; one that ended can stay a zombie for a while. */
export async function isServing(pid: number, layout: Layout): Promise<boolean> {
  return (await whoIs(pid, layout.cluster, undefined)) === 'ours';
}
