import type { Knex } from 'knex';
import { getConstructionPlans } from 'pg-boss';

/**
 * The queue's own tables, in a schema of their own, as pg-boss makes them. They stay on one node: nothing of them is
 * distributed by user. Installs the schema of the pg-boss that is there, so when that is replaced by one with a newer
 * schema, a migration of its own has to run `getMigrationPlans` on databases that are older, and nothing on those that
 * this one has just made.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(withoutTransaction(getConstructionPlans('pgboss')));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema pgboss cascade');
}

/** The plans bring a transaction of their own, whose end would be the end of the migration's. */
function withoutTransaction(plans: string): string {
  const [, statements] = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(plans) ?? [];
  if (statements === undefined) throw new Error('The plans of pg-boss are not in the form that is known');
  return statements.replaceAll(/^\s*SET LOCAL \w+ = \d+;$/gm, '').replaceAll('?', '\\?');
}
