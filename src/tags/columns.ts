import type { Knex } from 'knex';
import type { Database } from '../db/knex.ts';
import type { TagRow } from '../db/tables.ts';

/** A tag with the number of its tasks. */
export interface CountedTagRow extends TagRow {
  readonly task_count: number;
}

export const TAG_COLUMNS = [
  'user_id',
  'id',
  'name',
  'name_norm',
  'color',
  'version',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof TagRow)[];

/** The number of tasks with the tag in the row of `tags`, as a column; those in the trash do not count. */
export function taskCount(database: Database, userId: string): Knex.Raw {
  return database.raw(
    `(
      select count(*)::int from task_tags
      join tasks on tasks.user_id = task_tags.user_id and tasks.id = task_tags.task_id
      where task_tags.user_id = ? and tasks.user_id = ? and task_tags.tag_id = tags.id and tasks.deleted_at is null
    ) as task_count`,
    [userId, userId],
  );
}
