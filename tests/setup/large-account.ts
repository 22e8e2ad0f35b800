import type { Database } from '../../src/db/knex.ts';

/** Tasks that a statement writes, well within its time limit. */
const BATCH = 10_000;

/**
 * Gives an account tasks, each with the events of its creation and of a change, past the API. Their numbers are in
 * their titles, from 1, the oldest first; their descriptions can't be compressed much.
 */
export async function fillAccount(database: Database, userId: string, tasks: number): Promise<void> {
  for (let from = 1; from <= tasks; from += BATCH) {
    const numbers = { userId, from, to: Math.min(from + BATCH - 1, tasks), tasks };
    await database.raw(
      `insert into tasks
         (user_id, id, title, description, status, priority, position, search, version, created_at, updated_at)
       select :userId, md5(:userId || n)::uuid, 'Task number ' || n,
         (select string_agg(md5(:userId || n || part), ' ') from generate_series(1, 8) as part), 'pending',
         'none', 'i' || lpad(n::text, 9, '0'), to_tsvector('simple', 'task number ' || n), 2, '2026-11-21T00:00:00Z'::timestamptz + n * interval '1 ms', '2026-11-21T12:00:00Z'
       from generate_series(:from::int, :to::int) as n`,
      numbers,
    );
    await database.raw(
      `insert into events (user_id, seq, type, resource, resource_id, changed, before, after, at, actor)
       select :userId, n + change * :tasks, type, 'task', md5(:userId || n)::uuid, '{title}', before,
         jsonb_build_object('title', 'Task number ' || n), '2026-11-21T12:00:00Z', 'user:' || :userId
       from generate_series(:from::int, :to::int) as n,
         (values (0, 'task.created', null), (1, 'task.updated', '{"title": "Task"}'::jsonb))
           as changes(change, type, before)`,
      numbers,
    );
  }
  await database('user_counters')
    .where({ user_id: userId })
    .update({ seq: 2 * tasks });
  await database.raw('analyze tasks, events');
}
