import type { Knex } from 'knex';

/**
 * Answers to requests that came with an `Idempotency-Key`, for when they are sent again. `json` and not `jsonb`: an answer
 * is repeated as it was, the order of its members included.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table idempotency_keys (
      user_id uuid not null,
      key text collate "C" not null,
      fingerprint bytea not null,
      status smallint,
      headers json,
      body json,
      created_at timestamptz not null,
      constraint idempotency_keys_pkey primary key (user_id, key),
      constraint idempotency_keys_user_fkey foreign key (user_id) references users (id) on delete cascade
    )
  `);
  await knex.raw('create index idempotency_keys_created_idx on idempotency_keys (created_at)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table idempotency_keys');
}
