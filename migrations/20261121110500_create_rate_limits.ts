import type { Knex } from 'knex';

/**
 * Counts of requests, for instances that share them by the database. The columns are those of rate-limiter-flexible. Not
 * logged: a crash may forget who asked how often, and counting costs no flush to the disk.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table rate_limits (
      key varchar(255) not null,
      points integer not null default 0,
      expire bigint,
      constraint rate_limits_pkey primary key (key)
    )
  `);
  await knex.raw('create index rate_limits_expire_idx on rate_limits (expire)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_limits');
}
