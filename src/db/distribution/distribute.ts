import type { Knex } from 'knex';
import type { Database } from '../knex.ts';
import { pendingMigrations } from '../migrations.ts';
import { readLayout, type TablePlace } from './layout.ts';
import { findObstacles } from './obstacles.ts';

/** The database can't be distributed as it is; the message says why, and what to do. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/**
 * Spreads the users' tables over the machines of a Citus cluster, all of them or none, with the data in them. Tables that
 * are spread already stay as they are. Does nothing where Citus is not installed in the database. Until it is done,
 * writes to the tables wait.
 *
 * @param report told of each step, in a sentence
 * @throws NotReadyError when migrations are missing, or the schema has what Citus refuses
 */
export async function distribute(database: Database, report: (step: string) => void): Promise<void> {
  const version = await citusVersion(database);
  if (version === undefined) {
    report('Citus is not installed in this database (`create extension citus`), so there is nothing to do.');
    return;
  }
  report(`Citus ${version}.`);
  const pending = await pendingMigrations(database);
  if (pending.length > 0) {
    throw new NotReadyError(`Migrations are missing: ${pending.join(', ')}. Run \`npm run migrate\` first.`);
  }
  const layout = await readLayout(database);
  const obstacles = await findObstacles(database, layout);
  if (obstacles.length > 0)
    throw new NotReadyError(`Citus would refuse the schema: ${obstacles.join('; ')}.`);
  await database.transaction(async (trx) => {
    // Tables that refer to each other are changed in one transaction, which Citus allows on one connection only.
    await trx.raw(`set local citus.multi_shard_modify_mode to 'sequential'`);
    for (const place of layout) report(await distributeTable(trx, place, layout));
  });
}

/** As it is installed in this database, not only on the server. */
async function citusVersion(database: Database): Promise<string | undefined> {
  const { rows } = await database.raw(`select extversion from pg_extension where extname = 'citus'`);
  return rows[0]?.extversion;
}

/** @returns what was done */
async function distributeTable(
  trx: Knex.Transaction,
  { table, placement, column }: TablePlace,
  layout: readonly TablePlace[],
): Promise<string> {
  const present = await distributionColumn(trx, table);
  if (column === null) {
    // Null for one that the other machines know of (`citus_add_local_table_to_metadata`): that does no harm.
    if (typeof present === 'string') {
      throw new NotReadyError(`${table} is distributed by ${present}, and has to stay on one machine.`);
    }
    return `${table} stays on the coordinator`;
  }
  if (present === column) return `${table} is distributed by ${column} already`;
  if (present !== undefined) {
    throw new NotReadyError(
      `${table} is distributed by ${present ?? 'no column'}, and has to be by ${column}. Take that back first: ` +
        `\`select undistribute_table('${table}', cascade_via_foreign_keys => true)\`.`,
    );
  }
  const neighbour = placement === 'lookup' ? 'none' : firstOfUsers(layout);
  const colocation = neighbour === table ? 'default' : neighbour;
  await trx.raw('select create_distributed_table(?::regclass, ?, colocate_with => ?)', [
    table,
    column,
    colocation,
  ]);
  return `distributed ${table} by ${column}`;
}

/** The table that all others of users lie beside. */
function firstOfUsers(layout: readonly TablePlace[]): string {
  const first = layout.find(({ placement }) => placement === 'user');
  if (first === undefined) throw new NotReadyError('There are no tables of users.');
  return first.table;
}

/** Undefined for a table that is not distributed, null for one that is copied to every machine. */
async function distributionColumn(trx: Knex.Transaction, table: string): Promise<string | null | undefined> {
  const { rows } = await trx.raw(
    `select column_to_column_name(logicalrelid, partkey) as column from pg_dist_partition
     where logicalrelid = ?::regclass`,
    [table],
  );
  return rows[0]?.column;
}
