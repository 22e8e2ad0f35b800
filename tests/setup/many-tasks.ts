import type { Database } from '../../src/db/knex.ts';

export interface Population {
  readonly users: number;
  readonly tasksEach: number;
  /** Users without tasks beside them. */
  readonly idle?: number;
}

/** Users that nobody can log in as, each with as many tasks: for plans of statements, and for how they grow. */
export async function populate(
  database: Database,
  { users, tasksEach, idle = 0 }: Population,
): Promise<void> {
  await database.raw(
    `insert into users (id, email, role, email_verified, timezone, version, created_at, updated_at)
     select md5('user' || n)::uuid, 'populated-' || n || '@example.com', 'user', true, 'UTC', 1, now(), now()
     from generate_series(1, ?::int) as n`,
    [users + idle],
  );
  await database.raw(
    `insert into user_counters (user_id) select md5('user' || n)::uuid from generate_series(1, ?::int) as n`,
    [users + idle],
  );
  const { rows }: { rows: { id: string }[] } = await database.raw(
    `select md5('user' || n)::uuid as id from generate_series(1, ?::int) as n`,
    [users],
  );
  await giveTasks(
    database,
    rows.map(({ id }) => id),
    tasksEach,
  );
}

/** Tasks that a statement writes, well within its time limit. */
const BATCH = 5_000;

/**
 * Gives each of the users as many tasks, one a minute up to now: in every third of them one of ten projects, two of ten
 * tags, half of them with a due date, most of them completed, one in fifty in the trash, and a history.
 */
export async function giveTasks(database: Database, users: readonly string[], count: number): Promise<void> {
  await database.raw(
    `insert into projects (user_id, id, name, archived, position, version, created_at, updated_at)
     select u, md5(u::text || 'project' || n)::uuid, 'Project ' || n, false, 'a' || n, 1, now(), now()
     from unnest(?::uuid[]) as u, generate_series(0, 9) as n`,
    [[...users]],
  );
  await database.raw(
    `insert into tags (user_id, id, name, name_norm, version, created_at, updated_at)
     select u, md5(u::text || 'tag' || n)::uuid, 'Tag ' || n, 'tag ' || n, 1, now(), now()
     from unnest(?::uuid[]) as u, generate_series(0, 9) as n`,
    [[...users]],
  );
  for (const batch of batchesOf(users, count)) await insertTasks(database, batch);
  await database('user_counters')
    .whereRaw('user_id = any(?::uuid[])', [[...users]])
    .update({ seq: count });
}

interface Batch {
  readonly users: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function* batchesOf(users: readonly string[], count: number): Iterable<Batch> {
  const usersEach = Math.max(1, Math.floor(BATCH / count));
  for (let first = 0; first < users.length; first += usersEach) {
    for (let from = 1; from <= count; from += BATCH) {
      const to = Math.min(from + BATCH - 1, count);
      yield { users: users.slice(first, first + usersEach), from, to, count };
    }
  }
}

async function insertTasks(database: Database, { users, from, to, count }: Batch): Promise<void> {
  const values = { users: [...users], from, to, count };
  await database.raw(
    `insert into tasks
       (user_id, id, title, description, status, priority, project_id, due_date, due_time, due_at, position, version,
        created_at, updated_at, completed_at, deleted_at, search)
     select u, md5(u::text || n)::uuid, 'Task number ' || n, 'Word' || n % 100 || ' and ' || md5(n::text),
       case when n % 10 < 6 then 'completed' when n % 10 < 9 then 'pending' else 'in_progress' end,
       (array['none', 'none', 'low', 'medium', 'high', 'urgent'])[1 + n % 6],
       case when n % 3 = 0 then md5(u::text || 'project' || n % 10)::uuid end,
       case when n % 2 = 0 then '2026-11-21'::date end, case when n % 2 = 0 then '00:00' end,
       case when n % 2 = 0 then now() + (n - :count::int / 2) * interval '1 minute' end,
       'a' || lpad(n::text, 9, '0'), 1, at, at, case when n % 10 < 6 then at end,
       case when n % 50 = 49 then at end,
       array_to_tsvector(array(
         select u || ':' || word from unnest(array['task', 'number', n::text, 'word' || n % 100, 'and', md5(n::text)]) as word
       ))
     from unnest(:users::uuid[]) as u, generate_series(:from::int, :to::int) as n,
       lateral (select now() - (:count::int - n) * interval '1 minute') as times(at)`,
    values,
  );
  await database.raw(
    `insert into task_tags (user_id, task_id, tag_id)
     select u, md5(u::text || n)::uuid, md5(u::text || 'tag' || (n + other) % 10)::uuid
     from unnest(:users::uuid[]) as u, generate_series(:from::int, :to::int) as n, unnest(array[0, 3]) as other`,
    values,
  );
  await database.raw(
    `insert into events (user_id, seq, type, resource, resource_id, changed, after, at, actor)
     select u, n, 'task.created', 'task', md5(u::text || n)::uuid, '{title}', '{"title": "Task"}', now(), 'user:' || u
     from unnest(:users::uuid[]) as u, generate_series(:from::int, :to::int) as n`,
    values,
  );
}
