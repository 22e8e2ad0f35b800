import type { Knex } from 'knex';

/** For the deletion of an account, which knows the account and gives back its addresses. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index user_emails_user_idx on user_emails (user_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index user_emails_user_idx');
}
