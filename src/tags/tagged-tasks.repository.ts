import type { Knex } from 'knex';
import { inBatches } from '../db/batches.ts';
import type { TagRow, TaskRow } from '../db/tables.ts';

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
  for (const batch of inBatches(ids)) {
    await trx('tasks')
      .where({ user_id })
      .whereRaw('id = any(?::uuid[])', [[...batch]])
      .update({ updated_at: at, version: trx.raw('version + 1') });
  }
}
