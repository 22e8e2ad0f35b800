import type { Knex } from 'knex';

/** What is still to be done is most often a small part of all tasks, and an old one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index tasks_status_idx on tasks (user_id, status, created_at desc, id desc) where deleted_at is null
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_status_idx');
}
