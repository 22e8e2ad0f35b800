import { type Database, prepared } from '../db/knex.ts';
import type { TaskRow } from '../db/tables.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from './columns.ts';

/** Tasks of one user. The user comes first in every method and stands in every WHERE. */
export function tasksRepository(database: Database) {
  return {
    /** @returns undefined for a task in the trash as well */
    find: async (userId: string, id: string): Promise<TaggedTaskRow | undefined> =>
      prepared(
        database,
        'tasks.find',
        database<TaskRow>('tasks')
          .where({ user_id: userId, id })
          .whereNull('deleted_at')
          .first(...TASK_COLUMNS, tagNames(database, userId)),
      ),
  };
}

export type TasksRepository = ReturnType<typeof tasksRepository>;
