import type { Knex } from 'knex';

/**
 * Accounts. The address has a table of its own, because a user's tables may be spread over machines by `user_id`, and
 * uniqueness across all users needs a table that is spread by the address. Nothing references it for the same reason.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id uuid not null,
      email text not null,
      name text,
      role text not null,
      password_hash text,
      email_verified boolean not null,
      timezone text not null,
      version integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      disabled_at timestamptz,
      constraint users_pkey primary key (id),
      constraint users_role_check check (role in ('user', 'admin'))
    )
  `);
  await knex.raw(`
    create table user_emails (
      email_norm text not null,
      user_id uuid not null,
      constraint user_emails_pkey primary key (email_norm)
    )
  `);
  await knex.raw(`
    create table user_counters (
      user_id uuid not null,
      seq bigint not null default 0,
      constraint user_counters_pkey primary key (user_id),
      constraint user_counters_user_fkey foreign key (user_id) references users (id) on delete cascade
    )
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table user_counters');
  await knex.raw('drop table user_emails');
  await knex.raw('drop table users');
}
