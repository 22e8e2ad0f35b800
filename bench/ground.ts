import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedServer, startEmbeddedServer } from '../src/db/embedded/server.ts';
import { type Database, openForMigrations } from '../src/db/knex.ts';
import { ROOT } from './processes.ts';

const quiet = { info: () => {}, warn: console.warn, error: console.error };

/** What a bench stands on: an embedded PostgreSQL in a folder that is removed in the end. */
export interface Ground {
  readonly folder: string;
  readonly postgres: EmbeddedServer;
  close(): Promise<void>;
}

export async function createGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpact-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedServer({ dataDir: folder, logger: quiet });
    const close = async (): Promise<void> => {
      await postgres.stop();
      await remove();
    };
    return { folder, postgres, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Makes a database with the tables of that checkout. @returns its URL */
export async function createDatabase({ postgres }: Ground, name: string, root = ROOT): Promise<string> {
  await inDatabase(postgres.url, (database) => database.raw('create database ??', [name]));
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  const environment = { ...process.env, DATABASE_URL: url.href };
  await promisify(execFile)(process.execPath, [join(root, 'scripts/migrate.ts')], { env: environment });
  return url.href;
}

/** On one connection without the limits of serving. */
export async function inDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openForMigrations({ url, prepare: true });
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

/** As in production; counted like everything, but one user asks more than anybody may. */
export const PRODUCTION: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PORT: '0',
  JWT_SECRET: 'bench-only-secret-0123456789-abcdefghij',
  ACCESS_TOKEN_TTL: '12h',
  SHUTDOWN_DELAY: '0s',
  RATE_LIMIT_SCALE: '1000000',
};
