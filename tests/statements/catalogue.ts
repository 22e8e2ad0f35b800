import { readLayout, type TablePlace } from '../../src/db/distribution/layout.ts';
import type { Database } from '../../src/db/knex.ts';

/** What has to be known of a database to judge statements. */
export interface Catalogue {
  readonly tables: readonly TablePlace[];
  /** Of each function by its name, as in `pg_proc.provolatile`; the worst where several have the name. */
  readonly volatilities: Readonly<Record<string, string>>;
}

export async function readCatalogue(database: Database): Promise<Catalogue> {
  // The letters of immutable, stable and volatile are in the order of their meaning.
  const { rows }: { rows: { name: string; volatility: string }[] } = await database.raw(
    'select proname as name, max(provolatile) as volatility from pg_proc group by proname',
  );
  return {
    tables: await readLayout(database),
    volatilities: Object.fromEntries(rows.map(({ name, volatility }) => [name, volatility])),
  };
}
