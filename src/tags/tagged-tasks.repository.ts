import type { Knex } from 'knex';
import type { TagRow, TaskRow } from '../db/tables.ts';

/** Rows that one statement changes, so that none comes near its time limit. */
const BATCH = 2_000;

/**
 * Gives every task with the tag a new version: its tags are part of what is answered of it. In the trash or not. The tag
 * has to be locked.
 */
export async function touchTasksWith(
  trx: Knex.Transaction,
  { user_id, id }: Pick<TagRow, 'user_id' | 'id'>,
  at: string,
): Promise<void> {
  const tagged = trx('task_tags').where({ user_id, tag_id: id }).select('task_id');
  // In the order in which everybody locks tasks.
  const ids: string[] = await trx<TaskRow>('tasks')
    .where({ user_id })
    .whereIn('id', tagged)
    .orderBy('id')
    .forNoKeyUpdate()
    .pluck('id');
  for (let start = 0; start < ids.length; start += BATCH) {
    await trx('tasks')
      .where({ user_id })
      .whereRaw('id = any(?::uuid[])', [ids.slice(start, start + BATCH)])
      .update({ updated_at: at, version: trx.raw('version + 1') });
  }
}
