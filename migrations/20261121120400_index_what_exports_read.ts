import type { Knex } from 'knex';

/**
 * Exports go through projects, tags and tasks from the oldest on, a page at a time, what is in the trash included. The
 * index that lists of tasks use gets those in the trash too, and serves both.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index projects_created_idx on projects (user_id, created_at, id)');
  await knex.raw('create index tags_created_idx on tags (user_id, created_at, id)');
  await knex.raw('drop index tasks_newest_idx');
  await knex.raw('create index tasks_newest_idx on tasks (user_id, created_at desc, id desc)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_newest_idx');
  await knex.raw(`
    create index tasks_newest_idx on tasks (user_id, created_at desc, id desc) where deleted_at is null
  `);
  await knex.raw('drop index tags_created_idx');
  await knex.raw('drop index projects_created_idx');
}
