import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { DATABASE_LIMITS, openDatabase } from '../../src/db/knex.ts';
import { migrateUp } from '../../src/db/migrations.ts';
import { administer, databaseUrl } from './databases.ts';
import { type Pooler, startPooler, whyNoPooler } from './pooler.ts';
import { clearStatements, removeStatements } from './statement-records.ts';
import { clearRecords, removeRecords } from './status-records.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A role that may create databases. */
    readonly adminUrl: string;
    /** The same, as servers reach it: through a pooler with `TEST_POOLER=1`. */
    readonly servedUrl: string;
    /** A migrated, empty database to clone; nobody may be connected to it. */
    readonly templateName: string;
    /** Whether the databases of the tests are to be spread over the machines of a Citus cluster. */
    readonly onCitus: boolean;
  }
}

/**
 * One PostgreSQL for the whole run, and one migrated database in it that the test files clone. `TEST_DATABASE_URL` names
 * a server to use instead of the embedded one, `TEST_ON_CITUS` that it is a cluster (`npm run test:citus`).
 * `TEST_POOLER=1` puts a transaction pooler between it and all servers (`npm run test:pooler`).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await clearRecords();
  const { url, end } = await startServer();
  const templateName = `taskpact_template_${process.pid}`;
  await administer(url, `drop database if exists ${templateName}`, `create database ${templateName}`);
  const database = openDatabase({ url: databaseUrl(url, templateName), poolMax: 1, prepare: true });
  await migrateUp(database);
  await clearStatements(database);
  await database.destroy();
  const pooler = process.env.TEST_POOLER === '1' ? await startLimitedPooler(url) : undefined;
  project.provide('adminUrl', url);
  project.provide('servedUrl', pooler?.url ?? url);
  project.provide('templateName', templateName);
  project.provide('onCitus', process.env.TEST_ON_CITUS === '1');
  return async () => {
    await pooler?.stop();
    await end(templateName);
    await Promise.all([removeRecords(), removeStatements()]);
  };
}

/** With the limits of serving as settings of the role, as docs/deployment.md tells operators. */
async function startLimitedPooler(url: string): Promise<Pooler> {
  const missing = whyNoPooler();
  if (missing !== undefined) throw new Error(`TEST_POOLER=1 needs pgbouncer ${missing}`);
  const { statement, lock, idleInTransaction } = DATABASE_LIMITS;
  const limits = {
    statement_timeout: statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idleInTransaction,
  };
  const set = Object.entries(limits).map(([name, value]) => `alter role current_user set ${name} = ${value}`);
  await administer(url, ...set);
  return startPooler(url);
}

/** @returns where it listens, and how to leave it as it was */
async function startServer(): Promise<{ url: string; end: (templateName: string) => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') {
    const drop = (name: string) => administer(given, `drop database if exists ${name} with (force)`);
    return { url: given, end: drop };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'taskpact-test-'));
  const silent = { info: () => {}, warn: console.warn, error: console.error };
  // Nothing here has to survive a power failure.
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  const server = await startEmbeddedServer({ dataDir, logger: silent, settings });
  const end = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, end };
}
