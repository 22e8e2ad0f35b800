import type { Database } from '../db/knex.ts';
import { joined, rowsOf, text } from '../db/statement-text.ts';
import { type TaggedTaskRow, taggedTask } from './columns.ts';

/** Tasks of one user. The user comes first in every method and stands in every WHERE. */
export function tasksRepository(database: Database) {
  return {
    /** @returns undefined for a task in the trash as well */
    find: async (userId: string, id: string): Promise<TaggedTaskRow | undefined> => {
      const query = joined([
        text('select'),
        taggedTask(userId),
        text('from tasks where user_id = ? and id = ? and deleted_at is null', userId, id),
      ]);
      const [row] = await rowsOf<TaggedTaskRow>(database, 'tasks.find', query);
      return row;
    },
  };
}

export type TasksRepository = ReturnType<typeof tasksRepository>;
