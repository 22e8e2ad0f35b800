import type { Knex } from 'knex';
import { type Database, prepared } from '../../db/knex.ts';
import type { EventRow, TaskRow } from '../../db/tables.ts';

/** What happened to one task of one user. */
export function taskHistoryRepository(database: Database) {
  const events = (userId: string, taskId: string): Knex.QueryBuilder<EventRow> =>
    database<EventRow>('events').where({ user_id: userId, resource: 'task', resource_id: taskId });

  return {
    /** In the trash too. */
    hasTask: async (userId: string, id: string): Promise<boolean> => {
      const query = database<TaskRow>('tasks').where({ user_id: userId, id }).first('id');
      return (await prepared(database, 'task_history.task', query)) !== undefined;
    },

    count: async (userId: string, taskId: string): Promise<{ total: number }> => {
      const query = events(userId, taskId).first(database.raw('count(*)::int as total'));
      return prepared(database, 'task_history.count', query);
    },

    /** The newest first. @param offset how many events to pass over; the cost grows with it */
    from: async (userId: string, taskId: string, offset: number, size: number): Promise<EventRow[]> => {
      const query = events(userId, taskId).orderBy('seq', 'desc').offset(offset).limit(size);
      // knex leaves an offset of zero out of the statement.
      return prepared(database, offset === 0 ? 'task_history.list' : 'task_history.list_from', query);
    },

    /** @param before number of the event that they come before */
    before: async (userId: string, taskId: string, before: string, size: number): Promise<EventRow[]> => {
      const query = events(userId, taskId).where('seq', '<', before).orderBy('seq', 'desc').limit(size);
      return prepared(database, 'task_history.list_before', query);
    },
  };
}

export type TaskHistoryRepository = ReturnType<typeof taskHistoryRepository>;
