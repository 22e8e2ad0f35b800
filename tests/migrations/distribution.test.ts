/** The schema can be spread over machines, by what the migrations make of it; on PostgreSQL alone nothing is changed. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { distribute } from '../../src/db/distribution/distribute.ts';
import { readLayout } from '../../src/db/distribution/layout.ts';
import { findObstacles } from '../../src/db/distribution/obstacles.ts';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { dumpSchema } from '../setup/schema-dump.ts';
import { runProcess } from '../setup/service-process.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolMax: 1, prepare: PREPARE });
});
afterAll(async () => {
  await database.destroy();
  await testDatabase.drop();
});

const tablesOf = async (placement: string): Promise<string[]> =>
  (await readLayout(database)).filter((place) => place.placement === placement).map(({ table }) => table);

describe('where the tables lie', () => {
  it('with the user, for every table whose key begins with it', async () => {
    const layout = await readLayout(database);
    const { rows }: { rows: { table: string }[] } = await database.raw(
      `select table_name as table from information_schema.key_column_usage
       where ordinal_position = 1 and column_name = 'user_id' and constraint_name like '%\\_pkey' and table_schema = 'public'`,
    );
    const expected = [...rows.map(({ table }) => [table, 'user_id']), ['users', 'id']].sort();
    const found = layout.filter(({ placement }) => placement === 'user');
    expect(found.map(({ table, column }) => [table, column]).sort()).toEqual(expected);
  });

  it('by their own key, for what a user is found by', async () => {
    const layout = await readLayout(database);
    expect(layout.filter(({ placement }) => placement === 'lookup')).toEqual([
      { table: 'external_identities', placement: 'lookup', column: 'subject' },
      { table: 'user_emails', placement: 'lookup', column: 'email_norm' },
    ]);
  });

  it('on the coordinator, for the counts of requests and the tables of the migrations', async () => {
    expect(await tablesOf('local')).toEqual(['migrations', 'migrations_lock', 'rate_limits']);
  });

  it('each after those that it refers to', async () => {
    const order = (await readLayout(database)).map(({ table }) => table);
    const { rows }: { rows: { table: string; parent: string }[] } = await database.raw(
      `select conrelid::regclass::text as table, confrelid::regclass::text as parent from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const wrong = rows.filter(({ table, parent }) => order.indexOf(parent) >= order.indexOf(table));
    expect(wrong).toEqual([]);
  });
});

describe('what Citus refuses about a schema', () => {
  const obstacles = async (): Promise<string[]> => findObstacles(database, await readLayout(database));

  it('is nowhere in that of the migrations', async () => {
    expect(await obstacles()).toEqual([]);
  });

  it.each([
    ['create unique index odd on tasks (id)', 'odd is unique on tasks without user_id'],
    ['create unique index odd on user_emails (user_id)', 'odd is unique on user_emails without email_norm'],
    [
      'alter table tags add constraint odd exclude using gist (name_norm with =)',
      'odd is unique on tags without user_id',
    ],
    [
      'alter table user_emails add constraint odd foreign key (user_id) references users (id)',
      'odd leads from user_emails to rows of users on other machines',
    ],
    [
      `create table odd_tasks (user_id uuid, id uuid, other uuid, primary key (user_id, id),
         constraint odd foreign key (other, id) references tasks (user_id, id))`,
      'odd leads from odd_tasks to rows of tasks on other machines',
    ],
    [
      `create table odd_tasks (user_id uuid, id uuid, task_id uuid, primary key (user_id, id),
         constraint odd foreign key (user_id, task_id) references tasks (user_id, id) on delete set null (task_id))`,
      'odd sets columns of odd_tasks when a row is deleted',
    ],
    [
      'alter table user_emails drop constraint user_emails_pkey',
      'user_emails names a user and has no primary key',
    ],
    [
      `create function odd() returns trigger language plpgsql as 'begin return new; end';
       create trigger odd before insert on tasks for each row execute function odd()`,
      'odd is a trigger on tasks',
    ],
  ])('is found: %s', async (change, expected) => {
    const undone = new Error('undone');
    const work = database.transaction(async (trx) => {
      await trx.raw('create extension if not exists btree_gist');
      await trx.raw(change);
      const found = await findObstacles(trx, await readLayout(trx));
      expect(found).toEqual([expect.stringContaining(expected)]);
      throw undone;
    });
    await expect(work).rejects.toBe(undone);
  });
});

it('changes nothing where Citus is not installed, and says so', async () => {
  const before = await dumpSchema(database);
  const steps: string[] = [];
  await distribute(database, (step) => void steps.push(step));
  expect(steps).toEqual([expect.stringContaining('Citus is not installed in this database')]);
  expect(await dumpSchema(database)).toEqual(before);
});

describe('npm run db:distribute', () => {
  async function run(url: string) {
    const script = runProcess('scripts/distribute.ts', { DATABASE_URL: url });
    onTestFinished(() => script.destroy());
    const { code } = await script.ended();
    return { code, ...script.output };
  }

  it('has nothing to do where Citus is not installed', async () => {
    expect(await run(testDatabase.url)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Citus is not installed in this database .*\n$/),
      stderr: '',
    });
  });

  it('says in one line what is missing before it can be done', async () => {
    const empty = await createTestDatabase({ empty: true });
    onTestFinished(() => empty.drop());
    // Citus is not here, so what tells of it is put before the catalogue that would.
    const name = new URL(empty.url).pathname.slice(1);
    await database.raw('alter database ?? set search_path = public, pg_catalog', [name]);
    const owner = openDatabase({ url: empty.url, poolMax: 1, prepare: PREPARE });
    onTestFinished(() => owner.destroy());
    await owner.raw(`create view pg_extension as select 'citus' as extname, '13.0-1' as extversion`);
    const { code, stdout, stderr } = await run(empty.url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Citus 13.0-1.\n' });
    expect(stderr).toMatch(
      /^Taskpact can't distribute the database: Migrations are missing: \d{14}_.*\. Run `npm run migrate` first\.\n$/,
    );
  });
});
