import type { Knex } from 'knex';

/** What happened to a user's data, numbered per user without gaps. Written in the statement that makes the change. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table events (
      user_id uuid not null,
      seq bigint not null,
      type text not null,
      resource text not null,
      resource_id uuid not null,
      changed text[] not null,
      before jsonb,
      after jsonb not null,
      at timestamptz not null,
      actor text not null,
      constraint events_pkey primary key (user_id, seq),
      constraint events_user_fkey foreign key (user_id) references users (id) on delete cascade
    )
  `);
  await knex.raw('create index events_resource_idx on events (user_id, resource_id, seq)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table events');
}
