import type { Knex } from 'knex';
import type { Keyset } from '../../db/keyset.ts';
import { type Database, prepared } from '../../db/knex.ts';
import { lastChangeColumn, readLastChange } from '../../db/last-change.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from '../columns.ts';
import { type Condition, conditionsOf, type TaskFilter } from './task-filter.ts';

/** A task in a list, with the number of the user's last change when it was read. */
export interface ListedTaskRow extends TaggedTaskRow {
  readonly seq: string;
}

/**
 * Conditions of statements that are worth preparing: asked for often, and planned alike whatever their values are. A
 * connection keeps what it has prepared, so there must not be many.
 */
const COMMON = new Set(['live', 'status', 'statuses', 'project', 'no_project', 'parent', 'top_level']);
const MOST_COMMON_CONDITIONS = 2;

/** The order of lists that don't ask for another one, as SQL. */
const COMMON_ORDER = 'created_at desc, id desc';

/** Lists of tasks of one user. The user comes first in every method and stands in every WHERE. */
export function taskListsRepository(database: Database) {
  const matching = (userId: string, conditions: readonly Condition[]): Knex.QueryBuilder => {
    const query = database('tasks').where({ user_id: userId });
    for (const { sql, bindings } of conditions) query.whereRaw(sql, bindings);
    return query;
  };

  const ordered = (query: Knex.QueryBuilder, userId: string, { columns, order }: Keyset, size: number) =>
    query
      .select(
        ...TASK_COLUMNS,
        tagNames(database, userId),
        lastChangeColumn(database, userId),
        ...columns.map((column) => database.raw(column)),
      )
      .orderByRaw(order)
      .limit(size);

  const preparedIfCommon = <Q extends Knex.QueryBuilder>(
    kind: string,
    conditions: readonly Condition[],
    query: Q,
    { order }: Pick<Keyset, 'order'> = { order: COMMON_ORDER },
  ): Q => {
    const names = conditions.map(({ name }) => name);
    const isCommon =
      order === COMMON_ORDER &&
      names.includes('live') &&
      names.length <= 1 + MOST_COMMON_CONDITIONS &&
      names.every((name) => COMMON.has(name));
    return isCommon ? prepared(database, ['tasks', kind, ...names].join('.'), query) : query;
  };

  return {
    count: async (userId: string, filter: TaskFilter): Promise<{ total: number; seq: string }> => {
      const conditions = conditionsOf(userId, filter);
      const query = matching(userId, conditions).first(
        database.raw('count(*)::int as total'),
        lastChangeColumn(database, userId),
      );
      return preparedIfCommon('count', conditions, query);
    },

    /** @param offset how many tasks to pass over; the cost grows with it */
    listFrom: async (
      userId: string,
      filter: TaskFilter,
      order: Keyset,
      offset: number,
      size: number,
    ): Promise<ListedTaskRow[]> => {
      const conditions = conditionsOf(userId, filter);
      const query = ordered(matching(userId, conditions), userId, order, size).offset(offset);
      // knex leaves an offset of zero out of the statement.
      return preparedIfCommon(offset === 0 ? 'list' : 'list_from', conditions, query, order);
    },

    /** The same cost for any position. */
    listAfter: async (
      userId: string,
      filter: TaskFilter,
      order: Keyset,
      position: readonly string[],
      size: number,
    ): Promise<ListedTaskRow[]> => {
      const conditions = conditionsOf(userId, filter);
      const { sql, bindings } = order.after(position);
      const query = ordered(matching(userId, conditions).whereRaw(sql, bindings), userId, order, size);
      return preparedIfCommon('list_after', conditions, query, order);
    },

    lastChange: async (userId: string): Promise<string | undefined> => readLastChange(database, userId),
  };
}

export type TaskListsRepository = ReturnType<typeof taskListsRepository>;
