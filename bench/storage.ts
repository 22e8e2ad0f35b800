/**
 * `npm run bench:storage`: how much of the disk a task takes, with its tags, its events and all their indexes, on the
 * population of `bench:growth`. `--users` and `--tasks` (of each user) tell how many there are.
 */
import { parseArgs } from 'node:util';
import type { Database } from '../src/db/knex.ts';
import { populate } from '../tests/setup/many-tasks.ts';
import { inDatabase } from './ground.ts';
import { markdownTable } from './markdown.ts';
import { register } from './seed.ts';
import { type Measured, withTaskpact } from './taskpact.ts';

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

async function fillAndMeasure({ server, databaseUrl }: Measured): Promise<Size[]> {
  const user = await createTask(`http://127.0.0.1:${server.port}`);
  return inDatabase(databaseUrl, async (database) => {
    await populate(database, { users: USERS, tasksEach: TASKS_EACH });
    await tellEvents(database, user);
    await database.raw('vacuum (full, analyze)');
    return sizesIn(database);
  });
}

/** A task as the server writes it, for its event. @returns the user's id */
async function createTask(origin: string): Promise<string> {
  const { id, authorization } = await register(origin, 'storage@example.com');
  const headers = { 'Content-Type': 'application/json', Authorization: authorization };
  const answer = await fetch(`${origin}/api/v1/tasks`, {
    method: 'POST',
    headers,
    body: JSON.stringify(TASK),
  });
  if (!answer.ok) throw new Error(`The task was answered ${answer.status}: ${await answer.text()}`);
  return id;
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

async function sizesIn(database: Database): Promise<Size[]> {
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

report(await withTaskpact(fillAndMeasure));
