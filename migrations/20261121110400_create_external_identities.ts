import type { Knex } from 'knex';

/**
 * Who somebody is at another issuer. Spread by the subject, as `user_emails` is by the address: a token names nothing else
 * to find the account by. Nothing references it, and it references nothing, for the same reason.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table external_identities (
      issuer text not null,
      subject text not null,
      user_id uuid not null,
      created_at timestamptz not null,
      constraint external_identities_pkey primary key (issuer, subject)
    )
  `);
  await knex.raw('create index external_identities_user_idx on external_identities (user_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table external_identities');
}
