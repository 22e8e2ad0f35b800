import type { Knex } from 'knex';
import { writeAllWithEvents } from '../db/event-batches.ts';
import type { Database } from '../db/knex.ts';
import type { ProjectRow, TaskRow } from '../db/tables.ts';

/** Something that has been in the trash for too long. */
export interface Expired {
  readonly user_id: string;
  readonly id: string;
}

type Table = 'tasks' | 'projects';

/** The oldest of what was put into the trash before; the one statement that does not ask whose it is. */
export async function findExpired(
  database: Database,
  table: Table,
  before: string,
  limit: number,
): Promise<Expired[]> {
  return database(table)
    .where('deleted_at', '<', before)
    .orderBy('deleted_at')
    .limit(limit)
    .select('user_id', 'id');
}

/**
 * Locks those of the tasks that are still in the trash, and what is there of their subtasks.
 *
 * @returns their ids, those of subtasks first: a task can't go before them
 */
export async function lockExpiredTasks(
  trx: Knex.Transaction,
  userId: string,
  ids: readonly string[],
  before: string,
): Promise<string[]> {
  const trashed = () =>
    trx<TaskRow>('tasks')
      .where({ user_id: userId })
      .whereNotNull('deleted_at')
      .orderBy('id')
      .forUpdate()
      .select('id', 'parent_id');
  const expired = await trashed()
    .whereRaw('id = any(?::uuid[])', [[...ids]])
    .where('deleted_at', '<', before);
  const subtasks = await trashed().whereRaw('parent_id = any(?::uuid[])', [expired.map(({ id }) => id)]);
  const tasks = [...subtasks, ...expired.filter(({ parent_id }) => parent_id !== null), ...expired];
  return [...new Set(tasks.map(({ id }) => id))];
}

/** @returns undefined when the project is not in the trash any more */
export async function lockExpiredProject(
  trx: Knex.Transaction,
  { user_id, id }: Expired,
  before: string,
): Promise<ProjectRow | undefined> {
  return trx<ProjectRow>('projects')
    .where({ user_id, id })
    .where('deleted_at', '<', before)
    .forUpdate()
    .first();
}

/** Deletes for good what is locked, with an event for each. Tags go with their tasks. */
export async function purge(
  trx: Knex.Transaction,
  table: Table,
  userId: string,
  ids: readonly string[],
  { at, actor }: { readonly at: string; readonly actor: string },
): Promise<void> {
  const resource = table === 'tasks' ? 'task' : 'project';
  const write = (batch: readonly string[]): Knex.QueryBuilder =>
    trx(table)
      .where({ user_id: userId })
      .whereRaw('id = any(?::uuid[])', [[...batch]])
      .delete()
      .returning('id');
  // Nothing of it is told any more.
  const event = { user_id: userId, type: `${resource}.purged`, resource, changed: [], before: {}, after: {} };
  await writeAllWithEvents(trx, ids, write, { ...event, at, actor });
}
