import type { Knex } from 'knex';
import { type Database, prepared } from '../../db/knex.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from '../columns.ts';

export interface TaskFilter {
  readonly statuses: readonly string[] | undefined;
  readonly priorities: readonly string[] | undefined;
}

/** The sort key of a task in the order of lists: newest first. */
export interface TaskPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** Lists of tasks of one user. The user comes first in every method and stands in every WHERE. */
export function taskListsRepository(database: Database) {
  /** Lists are matched against one array parameter, so that the statement's text does not depend on their length. */
  const matching = (userId: string, { statuses, priorities }: TaskFilter): Knex.QueryBuilder => {
    const query = database('tasks').where({ user_id: userId }).whereNull('deleted_at');
    if (statuses !== undefined) query.whereRaw('status = any(?)', [[...statuses]]);
    if (priorities !== undefined) query.whereRaw('priority = any(?)', [[...priorities]]);
    return query;
  };

  const shape = ({ statuses, priorities }: TaskFilter): string =>
    `${statuses === undefined ? '' : '.status'}${priorities === undefined ? '' : '.priority'}`;

  const newestFirst = (userId: string, query: Knex.QueryBuilder, size: number): Knex.QueryBuilder =>
    query
      .select(...TASK_COLUMNS, tagNames(database, userId))
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(size);

  return {
    count: async (userId: string, filter: TaskFilter): Promise<number> => {
      const query = matching(userId, filter).first(database.raw('count(*)::int as total'));
      const row: { total: number } = await prepared(database, `tasks.count${shape(filter)}`, query);
      return row.total;
    },

    /** @param offset how many tasks to pass over; the cost grows with it */
    listFrom: async (
      userId: string,
      filter: TaskFilter,
      offset: number,
      size: number,
    ): Promise<TaggedTaskRow[]> =>
      prepared(
        database,
        // knex leaves an offset of zero out of the statement.
        `tasks.list_from${offset === 0 ? '.start' : ''}${shape(filter)}`,
        newestFirst(userId, matching(userId, filter), size).offset(offset),
      ),

    /** The same cost for any position. */
    listAfter: async (
      userId: string,
      filter: TaskFilter,
      after: TaskPosition,
      size: number,
    ): Promise<TaggedTaskRow[]> => {
      const query = matching(userId, filter).whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [
        after.createdAt,
        after.id,
      ]);
      return prepared(database, `tasks.list_after${shape(filter)}`, newestFirst(userId, query, size));
    },
  };
}

export type TaskListsRepository = ReturnType<typeof taskListsRepository>;
