import type { Knex } from 'knex';
import type { Database } from '../db/knex.ts';
import { type StatementText, text } from '../db/statement-text.ts';
import type { TaskRow } from '../db/tables.ts';

/** A task with the names of its tags, by name. */
export interface TaggedTaskRow extends TaskRow {
  readonly tags: readonly string[];
}

/** Every column that is read; `search` is only matched against. */
export const TASK_COLUMNS = [
  'user_id',
  'id',
  'title',
  'description',
  'status',
  'priority',
  'project_id',
  'parent_id',
  'due_date',
  'due_time',
  'due_timezone',
  'due_at',
  'position',
  'version',
  'created_at',
  'updated_at',
  'completed_at',
  'deleted_at',
] as const satisfies readonly (keyof TaskRow)[];

/** The tags of the task in the row of `tasks`, as a column: one statement for any number of tasks. */
const TAG_NAMES = `array(
    select tags.name from task_tags
    join tags on tags.user_id = task_tags.user_id and tags.id = task_tags.tag_id
    where task_tags.user_id = ? and tags.user_id = ? and task_tags.task_id = tasks.id
    order by tags.name_norm
  ) as tags`;
const TAGGED_TASK = `${TASK_COLUMNS.join(', ')}, ${TAG_NAMES}`;

/** All columns of a `TaggedTaskRow`. */
export function taggedTask(userId: string): StatementText {
  return text(TAGGED_TASK, userId, userId);
}

/** The one that is no column of the table, for knex. */
export function tagNames(database: Database, userId: string): Knex.Raw {
  return database.raw(TAG_NAMES, [userId, userId]);
}
