import type { Knex } from 'knex';

/** What admins ask for: the newest accounts, and whether there is another admin. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index users_newest_idx on users (created_at desc, id desc)');
  await knex.raw(`create index users_admins_idx on users (id) where role = 'admin' and disabled_at is null`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_admins_idx');
  await knex.raw('drop index users_newest_idx');
}
