import type { Knex } from 'knex';
import { writeAllWithEvents } from '../db/event-batches.ts';
import type { ProjectRow, TaskRow } from '../db/tables.ts';
import type { ProjectEvent } from './projects.repository.ts';

/** Columns of tasks that change with their project. */
type TaskChanges = Partial<Pick<TaskRow, 'project_id' | 'deleted_at'>>;

/**
 * Locks the project's tasks, in the order in which everybody does.
 *
 * @param deletedAt when they were put into the trash; null for those that are not there
 * @returns their ids
 */
export async function lockTasksOf(
  trx: Knex.Transaction,
  project: ProjectRow,
  deletedAt: string | null,
): Promise<string[]> {
  return trx<TaskRow>('tasks')
    .where({ user_id: project.user_id, project_id: project.id, deleted_at: deletedAt })
    .orderBy('id')
    .forNoKeyUpdate()
    .pluck('id');
}

/** The same whether they are in the trash or not. */
export async function lockAllTasksOf(trx: Knex.Transaction, { user_id, id }: ProjectRow): Promise<string[]> {
  return trx<TaskRow>('tasks').where({ user_id, project_id: id }).orderBy('id').forNoKeyUpdate().pluck('id');
}

/** Changes tasks that are locked, all from the same to the same, with an event for each. */
export async function changeTasks(
  trx: Knex.Transaction,
  userId: string,
  ids: readonly string[],
  before: TaskChanges,
  after: TaskChanges,
  { type, at, actor }: ProjectEvent,
): Promise<void> {
  const write = (batch: readonly string[]): Knex.QueryBuilder =>
    trx('tasks')
      .where({ user_id: userId })
      .whereRaw('id = any(?::uuid[])', [[...batch]])
      .update({ ...after, updated_at: at, version: trx.raw('version + 1') })
      .returning('id');
  const changed = Object.keys(after);
  await writeAllWithEvents(trx, ids, write, {
    user_id: userId,
    type,
    resource: 'task',
    changed,
    before,
    after,
    at,
    actor,
  });
}
