import type { Knex } from 'knex';
import type { Database } from '../db/knex.ts';
import type { ProjectRow } from '../db/tables.ts';
import { isOpenIn } from '../tasks/rules/statuses.ts';

/** A project with the numbers of its tasks. */
export interface CountedProjectRow extends ProjectRow {
  readonly task_counts: { readonly open: number; readonly completed: number };
}

export const PROJECT_COLUMNS = [
  'user_id',
  'id',
  'name',
  'description',
  'color',
  'archived',
  'position',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const satisfies readonly (keyof ProjectRow)[];

/** The numbers of tasks of the project in the row of `projects`, as a column: one statement for any number of projects. */
export function taskCounts(database: Database, userId: string): Knex.Raw {
  return database.raw(
    `(
      select jsonb_build_object(
        'open', count(*) filter (where ${isOpenIn('tasks.status')}),
        'completed', count(*) filter (where tasks.status = 'completed')
      )
      from tasks where tasks.user_id = ? and tasks.project_id = projects.id and tasks.deleted_at is null
    ) as task_counts`,
    [userId],
  );
}
