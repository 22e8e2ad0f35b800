import pg from 'pg';
import { identifierOf, listTables } from '../../src/db/backup/tables.ts';
import { withClient } from '../setup/databases.ts';

/** What all tables hold that a backup saves, as a hash of each. */
export async function contentOf(url: string): Promise<Readonly<Record<string, string>>> {
  return withClient(url, async (client) => {
    const hashes: Record<string, string> = {};
    for (const { name, columns } of await listTables(client)) {
      const list = columns.toSorted().map(pg.escapeIdentifier).join(', ');
      const { rows } = await client.query(
        `select count(*) || ' ' || md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) as hash
         from (select ${list} from ${identifierOf(name)}) t`,
      );
      hashes[name] = rows[0].hash;
    }
    return hashes;
  });
}

/** Foreign keys, indexes and the like: a restore takes the first away for a while. */
export async function constraintsOf(url: string): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ told: string }>(
      `select conrelid::regclass || ' ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) as told
       from pg_constraint where contype <> 'n' order by 1`,
    );
    return rows.map(({ told }) => told);
  });
}
