import type { Knex } from 'knex';

/** Sessions and their refresh tokens, of which only hashes are kept. A used token stays, so that its reuse is noticed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sessions (
      user_id uuid not null,
      id uuid not null,
      scope text not null,
      user_agent text,
      ip text,
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      revoked_reason text,
      constraint sessions_pkey primary key (user_id, id),
      constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade
    )
  `);
  await knex.raw(`
    create table refresh_tokens (
      user_id uuid not null,
      id uuid not null,
      session_id uuid not null,
      token_hash bytea not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      constraint refresh_tokens_pkey primary key (user_id, id),
      constraint refresh_tokens_hash_key unique (user_id, token_hash),
      constraint refresh_tokens_session_fkey foreign key (user_id, session_id)
        references sessions (user_id, id) on delete cascade
    )
  `);
  await knex.raw('create index refresh_tokens_session_idx on refresh_tokens (user_id, session_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table refresh_tokens');
  await knex.raw('drop table sessions');
}
