/**
 * `npm run bench:storage`: how much of the disk a task takes, with its tags, its events and all their indexes, on the
 * population of `bench:growth`. `--users` and `--tasks` (of each user) tell how many there are.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Schemas } from '../src/contract/types.ts';
import type { Database } from '../src/db/knex.ts';
import { populate } from '../tests/setup/many-tasks.ts';
import { createDatabase, createGround, type Ground, inDatabase, PRODUCTION } from './ground.ts';
import { markdownTable } from './markdown.ts';
import { startServer } from './processes.ts';

const { values: options } = parseArgs({
  options: { users: { type: 'string', default: '200' }, tasks: { type: 'string', default: '1000' } },
});
const USERS = Number(options.users);
const TASKS_EACH = Number(options.tasks);

/** As long as those that people write. */
const TASK = {
  title: 'Ask the landlord about the heating in the kitchen',
  description: 'It has been cold since Monday. The number is on the contract, in the blue folder.',
  priority: 'high',
  due: { date: '2026-11-28', time: '18:00' },
  tags: ['home', 'calls'],
};

interface Size {
  readonly table: string;
  readonly rows: number;
  /** Bytes of the rows themselves, of long values beside them, and of the indexes. */
  readonly heap: number;
  readonly indexes: number;
}

async function main(): Promise<void> {
  const ground = await createGround();
  try {
    const url = await createDatabase(ground, 'storage');
    const user = await createTask(ground, url);
    const sizes = await inDatabase(url, async (database) => {
      await populate(database, { users: USERS, tasksEach: TASKS_EACH });
      await tellEvents(database, user);
      await database.raw('vacuum (full, analyze)');
      return measure(database);
    });
    report(sizes);
  } finally {
    await ground.close();
  }
}

/** A task as the server writes it, for its event. @returns the user's id */
async function createTask({ folder }: Ground, url: string): Promise<string> {
  const environment = { ...PRODUCTION, DATABASE_URL: url };
  const server = await startServer('src/main.ts', environment, join(folder, 'log'));
  const post = async (path: string, body: object, token?: string): Promise<Partial<Schemas['TokenSet']>> => {
    const headers = {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Partial<Schemas['TokenSet']>;
  };
  try {
    const credentials = { email: 'storage@example.com', password: 'correct horse battery' };
    const { user, access_token: token } = await post('/auth/register', credentials);
    await post('/tasks', TASK, token);
    return user?.id ?? '';
  } finally {
    await server.stop();
  }
}

/** Gives the population's events what that of a real task tells. */
async function tellEvents(database: Database, userId: string): Promise<void> {
  await database.raw(
    `update events set changed = told.changed, after = told.after
     from (select changed, after from events where user_id = ? and type = 'task.created') as told
     where events.user_id <> ?`,
    [userId, userId],
  );
}

async function measure(database: Database): Promise<Size[]> {
  const { rows } = await database.raw(
    `select relname as table, reltuples::int as rows, pg_table_size(oid)::float8 as heap,
       pg_indexes_size(oid)::float8 as indexes
     from pg_class where relname = any(?) and relkind = 'r' order by relname`,
    [['tasks', 'task_tags', 'events', 'users', 'user_counters']],
  );
  return rows;
}

function report(sizes: readonly Size[]): void {
  const tasks = USERS * TASKS_EACH;
  console.log(`${USERS} users with ${TASKS_EACH} tasks each, bytes:\n`);
  const cells = sizes.map(({ table, rows, heap, indexes }) => [
    table,
    ...[rows, heap / rows, indexes / rows, (heap + indexes) / tasks].map(Math.round),
  ]);
  console.log(markdownTable(['table', 'rows', 'of a row', 'of its index entries', 'of a task'], cells));
}

await main();
