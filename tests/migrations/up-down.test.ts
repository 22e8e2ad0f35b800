import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { migrateDown, migrateUp, pendingMigrations } from '../../src/db/migrations.ts';
import { dumpSchema } from '../setup/schema-dump.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase({ empty: true });
  database = openDatabase({ url: testDatabase.url, poolMax: 2, prepare: PREPARE });
});
afterAll(async () => {
  await database.destroy();
  await testDatabase.drop();
});

const isTool = (line: string): boolean =>
  /\bmigrations(_lock)?\b|migrations_(lock_)?\w+_(seq|pkey|not_null)/.test(line);
const own = async (): Promise<string[]> => (await dumpSchema(database)).filter((line) => !isTool(line));

/** The tests build on one another: each goes on from where the one before left the database. */
describe('DD2 the chain of migrations', () => {
  let empty: string[];
  const names = readdirSync(new URL('../../migrations/', import.meta.url))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  /** The schema after each migration, the empty one first. */
  const steps: string[][] = [];

  it('is all pending on an empty database', async () => {
    empty = await own();
    expect(empty.filter((line) => line.startsWith('table'))).toEqual([]);
    expect(await pendingMigrations(database)).toEqual(names);
  });

  it('is named by time and purpose', () => {
    for (const name of names) expect(name).toMatch(/^\d{14}_[a-z]+(_[a-z]+)+$/);
  });

  it('goes up, once', async () => {
    expect(await migrateUp(database)).toEqual(names);
    expect(await migrateUp(database)).toEqual([]);
    expect(await pendingMigrations(database)).toEqual([]);
    expect((await own()).length).toBeGreaterThan(empty.length);
  });

  it('goes down one by one, newest first, each step taking something back', async () => {
    steps.unshift(await own());
    for (const name of names.toReversed()) {
      expect(await migrateDown(database)).toBe(name);
      steps.unshift(await own());
      expect(steps[0]).not.toEqual(steps[1]);
    }
    expect(await migrateDown(database)).toBeUndefined();
    expect(await pendingMigrations(database)).toHaveLength(names.length);
  });

  it('leaves nothing behind but the tables of the tool', async () => {
    expect(steps[0]).toEqual(empty);
    const tables = await database('information_schema.tables')
      .where({ table_schema: 'public' })
      .pluck('table_name');
    expect(tables.sort()).toEqual(['migrations', 'migrations_lock']);
  });

  it('goes up again to the same schema', async () => {
    expect(await migrateUp(database)).toEqual(names);
    expect(await own()).toEqual(steps.at(-1));
  });

  it('takes back and repeats each migration alone', async () => {
    for (let count = 1; count <= names.length; count += 1) {
      for (let step = 0; step < count; step += 1) await migrateDown(database);
      expect(await own()).toEqual(steps.at(-1 - count));
      expect(await migrateUp(database)).toEqual(names.slice(-count));
      expect(await own()).toEqual(steps.at(-1));
    }
  });

  it('is applied by one of several servers that start at once', async () => {
    const others = [1, 2, 3].map(() => openDatabase({ url: testDatabase.url, poolMax: 1, prepare: PREPARE }));
    for (const _ of names) await migrateDown(database);
    const outcomes = await Promise.allSettled(others.map(migrateUp));
    await Promise.all(others.map((other) => other.destroy()));
    const applied = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    expect(applied.toSorted()).toEqual(names);
    expect(await own()).toEqual(steps.at(-1));
  });
});
