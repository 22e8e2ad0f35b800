import type { Knex } from 'knex';
import { writeWithEvent } from '../db/events.ts';
import { type Database, prepared } from '../db/knex.ts';
import type { TaskRow } from '../db/tables.ts';

export interface TaskFilter {
  readonly statuses: readonly string[] | undefined;
  readonly priorities: readonly string[] | undefined;
}

/** The sort key of a task in the order of lists: newest first. */
export interface TaskPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** Columns that a user's change can touch. */
export type TaskChanges = Partial<
  Pick<TaskRow, 'title' | 'description' | 'status' | 'priority' | 'completed_at' | 'deleted_at'>
>;

/** Tasks of one user. The user comes first in every method and stands in every WHERE. */
export function tasksRepository(database: Database) {
  const live = (userId: string): Knex.QueryBuilder<TaskRow> =>
    database<TaskRow>('tasks').where({ user_id: userId }).whereNull('deleted_at');

  /** Lists are matched against one array parameter, so that the statement's text does not depend on their length. */
  const matching = (userId: string, { statuses, priorities }: TaskFilter): Knex.QueryBuilder<TaskRow> => {
    const query = live(userId);
    if (statuses !== undefined) query.whereRaw('status = any(?)', [[...statuses]]);
    if (priorities !== undefined) query.whereRaw('priority = any(?)', [[...priorities]]);
    return query;
  };

  const shape = ({ statuses, priorities }: TaskFilter): string =>
    `${statuses === undefined ? '' : '.status'}${priorities === undefined ? '' : '.priority'}`;

  const newestFirst = (
    query: Knex.QueryBuilder<TaskRow>,
    size: number,
  ): Knex.QueryBuilder<TaskRow, TaskRow[]> =>
    query
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(size);

  return {
    find: async (userId: string, id: string): Promise<TaskRow | undefined> =>
      prepared(database, 'tasks.find', live(userId).where({ id }).first()),

    count: async (userId: string, filter: TaskFilter): Promise<number> => {
      const query = matching(userId, filter).first(database.raw('count(*)::int as total'));
      const row: { total: number } = await prepared(database, `tasks.count${shape(filter)}`, query);
      return row.total;
    },

    /** @param offset how many tasks to pass over; the cost grows with it */
    listFrom: async (userId: string, filter: TaskFilter, offset: number, size: number): Promise<TaskRow[]> =>
      prepared(
        database,
        // knex leaves an offset of zero out of the statement.
        `tasks.list_from${offset === 0 ? '.start' : ''}${shape(filter)}`,
        newestFirst(matching(userId, filter), size).offset(offset),
      ),

    /** The same cost for any position. */
    listAfter: async (
      userId: string,
      filter: TaskFilter,
      after: TaskPosition,
      size: number,
    ): Promise<TaskRow[]> => {
      const query = matching(userId, filter).whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [
        after.createdAt,
        after.id,
      ]);
      return prepared(database, `tasks.list_after${shape(filter)}`, newestFirst(query, size));
    },

    insert: async (task: TaskRow, actor: string): Promise<TaskRow> => {
      const { user_id, id, version, created_at, updated_at, ...fields } = task;
      const write = database('tasks').insert(task).returning('*');
      const written = await writeWithEvent<TaskRow>(database, 'tasks.insert', write, {
        user_id,
        type: 'task.created',
        resource: 'task',
        resource_id: id,
        changed: Object.keys(fields),
        before: null,
        after: fields,
        at: created_at,
        actor,
      });
      if (written === undefined) throw new Error('The insert returned no row');
      return written;
    },

    /** @returns undefined when the task is not at that version any more */
    update: async (
      task: TaskRow,
      changes: TaskChanges,
      event: { readonly type: string; readonly at: string; readonly actor: string },
    ): Promise<TaskRow | undefined> => {
      // Sorted, so that the order in a client's body does not make another statement.
      const changed = (Object.keys(changes) as (keyof TaskChanges)[]).sort();
      const write = database<TaskRow>('tasks')
        .where({ user_id: task.user_id, id: task.id, version: task.version, deleted_at: null })
        .update({
          ...Object.fromEntries(changed.map((column) => [column, changes[column]])),
          updated_at: event.at,
          version: task.version + 1,
        })
        .returning('*');
      return writeWithEvent<TaskRow>(database, `tasks.update.${changed.join('.')}`, write, {
        user_id: task.user_id,
        resource: 'task',
        resource_id: task.id,
        changed,
        before: Object.fromEntries(changed.map((column) => [column, task[column]])),
        after: changes,
        ...event,
      });
    },
  };
}

export type TasksRepository = ReturnType<typeof tasksRepository>;
