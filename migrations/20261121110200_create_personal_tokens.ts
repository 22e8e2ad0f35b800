import type { Knex } from 'knex';

/** Personal access tokens, of which only hashes and beginnings are kept. A revoked one has no row. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table personal_tokens (
      user_id uuid not null,
      id uuid not null,
      name text not null,
      scope text not null,
      prefix text not null,
      token_hash bytea not null,
      created_at timestamptz not null,
      last_used_at timestamptz,
      expires_at timestamptz,
      constraint personal_tokens_pkey primary key (user_id, id),
      constraint personal_tokens_hash_key unique (user_id, token_hash),
      constraint personal_tokens_user_fkey foreign key (user_id) references users (id) on delete cascade
    )
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table personal_tokens');
}
