import type { Knex } from 'knex';
import { writeWithEvent } from '../db/events.ts';
import { type Database, prepared } from '../db/knex.ts';
import type { TaskRow } from '../db/tables.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from './columns.ts';
import { wordsOf } from './rules/words.ts';

/** Columns that a user's change can touch. */
export type TaskChanges = Partial<
  Pick<TaskRow, 'title' | 'description' | 'status' | 'priority' | 'completed_at' | 'deleted_at'>
>;

/** Tasks of one user. The user comes first in every method and stands in every WHERE. */
export function tasksRepository(database: Database) {
  const live = (userId: string): Knex.QueryBuilder<TaskRow> =>
    database<TaskRow>('tasks').where({ user_id: userId }).whereNull('deleted_at');

  return {
    find: async (userId: string, id: string): Promise<TaggedTaskRow | undefined> =>
      prepared(
        database,
        'tasks.find',
        live(userId)
          .where({ id })
          .first(...TASK_COLUMNS, tagNames(database, userId)),
      ),

    insert: async ({ tags, ...task }: TaggedTaskRow, actor: string): Promise<TaggedTaskRow> => {
      const { user_id, id, version, created_at, updated_at, ...fields } = task;
      const search = database.raw('array_to_tsvector(?::text[])', [
        wordsOf(`${task.title} ${task.description ?? ''}`),
      ]);
      const write = database('tasks')
        .insert({ ...task, search })
        .returning([...TASK_COLUMNS]);
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
      return { ...written, tags };
    },

    /** @returns undefined when the task is not at that version any more */
    update: async (
      task: TaggedTaskRow,
      changes: TaskChanges,
      event: { readonly type: string; readonly at: string; readonly actor: string },
    ): Promise<TaggedTaskRow | undefined> => {
      // Sorted, so that the order in a client's body does not make another statement.
      const changed = (Object.keys(changes) as (keyof TaskChanges)[]).sort();
      const write = database<TaskRow>('tasks')
        .where({ user_id: task.user_id, id: task.id, version: task.version, deleted_at: null })
        .update({
          ...Object.fromEntries(changed.map((column) => [column, changes[column]])),
          updated_at: event.at,
          version: task.version + 1,
        })
        .returning([...TASK_COLUMNS]);
      const written = await writeWithEvent<TaskRow>(database, `tasks.update.${changed.join('.')}`, write, {
        user_id: task.user_id,
        resource: 'task',
        resource_id: task.id,
        changed,
        before: Object.fromEntries(changed.map((column) => [column, task[column]])),
        after: changes,
        ...event,
      });
      return written && { ...written, tags: task.tags };
    },
  };
}

export type TasksRepository = ReturnType<typeof tasksRepository>;
