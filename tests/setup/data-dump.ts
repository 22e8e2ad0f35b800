import type { Database } from '../../src/db/knex.ts';

/** Every row of every table there is, as PostgreSQL writes rows, in lower case. Bytes are in it as hexadecimal. */
export async function dumpRows(database: Database): Promise<string> {
  const tables: { schema: string; name: string }[] = await database('information_schema.tables')
    .where({ table_type: 'BASE TABLE' })
    .whereNotIn('table_schema', ['pg_catalog', 'information_schema'])
    .select({ schema: 'table_schema', name: 'table_name' });
  const rows: string[] = [];
  for (const { schema, name } of tables) {
    const found = await database.raw('select t::text as row from ??.?? as t', [schema, name]);
    rows.push(...found.rows.map(({ row }: { row: string }) => row.toLowerCase()));
  }
  return rows.join('\n');
}

/** Tables that say in a column whose row it is. */
export async function tablesOfUsers(database: Database): Promise<string[]> {
  return database('information_schema.columns')
    .where({ table_schema: 'public', column_name: 'user_id' })
    .orderBy('table_name')
    .pluck('table_name');
}

/** How many rows each of these tables has of the user. */
export async function countRows(database: Database, userId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tablesOfUsers(database)) {
    const [row] = await database(table).where({ user_id: userId }).count('*');
    counts[table] = Number(row?.count);
  }
  return counts;
}
