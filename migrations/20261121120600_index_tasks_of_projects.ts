import type { Knex } from 'knex';

/**
 * The tasks of a project, whether they are in the trash or not: the project's foreign key looks for them too, whenever a
 * project is deleted for good, and so do deleting and restoring one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_project_idx');
  await knex.raw(`
    create index tasks_project_idx on tasks (user_id, project_id, status, deleted_at) where project_id is not null
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_project_idx');
  await knex.raw(`
    create index tasks_project_idx on tasks (user_id, project_id, status)
      where project_id is not null and deleted_at is null
  `);
}
