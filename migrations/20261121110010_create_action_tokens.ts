import type { Knex } from 'knex';

/** What the links in mails stand for, of which only hashes are kept; and the indexes that find what has expired. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table action_tokens (
      user_id uuid not null,
      id uuid not null,
      purpose text not null,
      token_hash bytea not null,
      email text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      constraint action_tokens_pkey primary key (user_id, id),
      constraint action_tokens_hash_key unique (user_id, token_hash),
      constraint action_tokens_user_fkey foreign key (user_id) references users (id) on delete cascade,
      constraint action_tokens_purpose_check
        check (purpose in ('verify_email', 'reset_password', 'change_email'))
    )
  `);
  await knex.raw('create index action_tokens_expiry_idx on action_tokens (expires_at)');
  await knex.raw('create index refresh_tokens_expiry_idx on refresh_tokens (expires_at)');
  await knex.raw('create index sessions_expiry_idx on sessions (expires_at)');
  await knex.raw('create index sessions_revoked_idx on sessions (revoked_at) where revoked_at is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sessions_revoked_idx');
  await knex.raw('drop index sessions_expiry_idx');
  await knex.raw('drop index refresh_tokens_expiry_idx');
  await knex.raw('drop table action_tokens');
}
