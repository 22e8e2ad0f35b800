import type { Knex } from 'knex';
import type { TaskRow } from '../../db/tables.ts';

/** A task whose instant depends on where the user is. */
export type FloatingTask = Pick<TaskRow, 'id' | 'due_time' | 'due_at'> & { readonly due_date: string };

export function zoneChangeRepository(trx: Knex.Transaction) {
  return {
    /** In the trash or not. In the order in which everybody locks tasks. */
    lockFloating: async (userId: string): Promise<FloatingTask[]> =>
      trx<TaskRow>('tasks')
        .where({ user_id: userId, due_timezone: null })
        .whereNotNull('due_date')
        .orderBy('id')
        .forNoKeyUpdate()
        .select('id', 'due_date', 'due_time', 'due_at') as Promise<FloatingTask[]>,

    setInstants: async (
      userId: string,
      instants: readonly Pick<TaskRow, 'id' | 'due_at'>[],
      at: string,
    ): Promise<void> => {
      await trx.raw(
        `update tasks set due_at = moved.due_at, version = tasks.version + 1, updated_at = ?
        from jsonb_to_recordset(?::jsonb) as moved (id uuid, due_at timestamptz)
        where tasks.user_id = ? and tasks.id = any(?::uuid[]) and tasks.id = moved.id`,
        [at, JSON.stringify(instants), userId, instants.map(({ id }) => id)],
      );
    },
  };
}
