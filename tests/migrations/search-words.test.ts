/** What a search finds tasks by is rewritten when it becomes the user's, and on the way back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { migrateDown, migrateUp } from '../../src/db/migrations.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

const MIGRATION = '20261121130000_search_words_of_users';
const USER = '0193b5a2-0000-7000-8000-000000000001';
const TASK = '0193b5a2-0000-7000-8000-000000000002';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolMax: 2, prepare: PREPARE });
  await takeBack();
  await database.raw(
    `insert into users (id, email, role, email_verified, timezone, version, created_at, updated_at)
     values (?, 'jo@example.com', 'user', true, 'UTC', 1, now(), now())`,
    [USER],
  );
  await database.raw(
    `insert into tasks (user_id, id, title, status, priority, position, version, created_at, updated_at, search)
     values (?, ?, 'K:a buys milk', 'pending', 'none', 'a0', 1, now(), now(),
       array_to_tsvector(array['k:a', 'buys', 'milk']))`,
    [USER, TASK],
  );
});
afterAll(async () => {
  await database.destroy();
  await testDatabase.drop();
});

/** The migration, and what came after it. */
async function takeBack(): Promise<void> {
  let name: string | undefined;
  do name = await migrateDown(database);
  while (name !== undefined && name !== MIGRATION);
  expect(name).toBe(MIGRATION);
}

async function words(): Promise<string[]> {
  const { rows } = await database.raw('select tsvector_to_array(search) as words from tasks where id = ?', [
    TASK,
  ]);
  return rows[0].words;
}

it('words of tasks that are there get their user, and lose it on the way back', async () => {
  const before = await words();
  expect(before).toEqual(['buys', 'k:a', 'milk']);
  await migrateUp(database);
  expect(await words()).toEqual(before.map((word) => `${USER}:${word}`));
  await takeBack();
  expect(await words()).toEqual(before);
});
