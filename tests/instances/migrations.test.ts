/** Several machines come up at the same time on a database that is not migrated. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASE_LIMITS, type Database, openForMigrations } from '../../src/db/knex.ts';
import { MIGRATION_LOCK, migrateDown, migrateUp, pendingMigrations } from '../../src/db/migrations.ts';
import { runProcess, type ServiceProcess, until } from '../setup/service-process.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

const AT_ONCE = 4;

let testDatabase: TestDatabase;
const opened: Database[] = [];
const clients: pg.Client[] = [];
const processes: ServiceProcess[] = [];
beforeEach(async () => {
  testDatabase = await createTestDatabase({ empty: true });
});
afterEach(async () => {
  for (const { destroy } of processes.splice(0)) await destroy();
  for (const client of clients.splice(0)) await client.end();
  for (const database of opened.splice(0)) await database.destroy();
  await testDatabase.drop();
});

function open(): Database {
  const database = openForMigrations({ url: testDatabase.url, prepare: PREPARE });
  opened.push(database);
  return database;
}

it('migrations that are started at once are applied once, by one of them', async () => {
  const all = await pendingMigrations(open());
  const databases = Array.from({ length: AT_ONCE }, open);
  await Promise.all(databases.map((database) => database.raw('select 1')));
  const applied = await Promise.all(databases.map(migrateUp));
  expect(applied.toSorted((one, other) => other.length - one.length)).toEqual([all, [], [], []]);
  expect(await pendingMigrations(open())).toEqual([]);
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: testDatabase.url });
  clients.push(client);
  await client.connect();
  return client;
}

function start(): ServiceProcess {
  const process = runProcess('scripts/migrate.ts', { DATABASE_URL: testDatabase.url });
  processes.push(process);
  return process;
}

/** Waits until the migrations that have been started stand before a lock. */
async function waiting(): Promise<void> {
  // In a transaction it would see the same again and again.
  const watcher = await connect();
  await until(async () => {
    const { rows } = await watcher.query(
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'taskpact-migrate' and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }, 'it waits');
}

it('whoever comes second waits for the first, longer than for other locks, and finds all done', async () => {
  await migrateUp(open());
  // Does what a migration does.
  const holder = await connect();
  await holder.query('begin');
  await holder.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const late = start();
  await waiting();
  await sleep(DATABASE_LIMITS.lock + 1_000);
  await holder.query('commit');
  expect(await late.ended()).toMatchObject({ code: 0 });
  expect(late.output).toMatchObject({ stdout: 'The database is up to date.\n', stderr: '' });
});

it('one that is killed on its way leaves nothing behind, and the next one does the work', async () => {
  const database = open();
  await migrateUp(database);
  const newest = await migrateDown(database);
  const holder = await connect();
  await holder.query('begin');
  await holder.query('lock table tasks in access exclusive mode');
  const killed = start();
  await waiting();
  killed.signal('SIGKILL');
  await killed.ended();
  await holder.query('commit');
  const next = start();
  expect(await next.ended()).toMatchObject({ code: 0 });
  expect(next.output).toMatchObject({ stdout: `applied ${newest}\n`, stderr: '' });
});
