import type { Knex } from 'knex';

/** Lists by due date end with the tasks that have none, so the index has them too, at the end of time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_due_idx');
  await knex.raw(`
    create index tasks_due_idx on tasks (user_id, coalesce(due_at, 'infinity'::timestamptz), id)
      where deleted_at is null
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_due_idx');
  await knex.raw(`
    create index tasks_due_idx on tasks (user_id, due_at, id) where due_at is not null and deleted_at is null
  `);
}
