import type { Database } from '../knex.ts';

/**
 * Where a table's rows lie when the database is spread over machines: with their user, by a key of their own, or all of them
 * on the coordinator.
 */
export type Placement = 'user' | 'lookup' | 'local';

export interface TablePlace {
  readonly table: string;
  readonly placement: Placement;
  /** The column that decides about the machine; null for a table that stays on the coordinator. */
  readonly column: string | null;
}

interface TableRow {
  readonly table: string;
  readonly has_user: boolean;
  readonly primary_key: string[];
  /** Tables that it refers to, itself excepted. */
  readonly parents: string[];
  /** The table whose key its `user_id` is. */
  readonly owner: string | null;
}

/** The application's own tables, that is of the schema in which it makes them. */
const TABLES = `
  select c.relname as table,
    exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    ) as has_user,
    array(
      select a.attname::text from pg_constraint k, unnest(k.conkey) with ordinality as part (attnum, place)
      join pg_attribute a on a.attnum = part.attnum
      where k.conrelid = c.oid and k.contype = 'p' and a.attrelid = c.oid order by part.place
    ) as primary_key,
    array(
      select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
      where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid order by 1
    ) as parents,
    (
      select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
      join pg_attribute a on a.attrelid = c.oid and k.conkey = array[a.attnum]
      where k.conrelid = c.oid and k.contype = 'f' and a.attname = 'user_id' limit 1
    ) as owner
  from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1`;

/**
 * How the tables are spread, read from the schema itself: what begins its key with the user lies where the user lies; what
 * only names a user is a lookup, and lies by the last column of its key; everything else is local.
 *
 * @returns the tables in an order in which each comes after those that it refers to
 */
export async function readLayout(database: Database): Promise<TablePlace[]> {
  const { rows }: { rows: TableRow[] } = await database.raw(TABLES);
  const owners = new Set(rows.map(({ owner }) => owner));
  return afterTheirParents(rows).map(({ table, has_user, primary_key }) => {
    const [first] = primary_key;
    if (owners.has(table) && first !== undefined) return { table, placement: 'user', column: first };
    if (first === 'user_id') return { table, placement: 'user', column: first };
    if (has_user) return { table, placement: 'lookup', column: primary_key.at(-1) ?? null };
    return { table, placement: 'local', column: null };
  });
}

function afterTheirParents(rows: readonly TableRow[]): TableRow[] {
  const ordered = new Map<string, TableRow>();
  while (ordered.size < rows.length) {
    const ready = rows.filter(
      ({ table, parents }) => !ordered.has(table) && parents.every((parent) => ordered.has(parent)),
    );
    // Tables that refer to each other: no order suits them.
    const next = ready.length > 0 ? ready : rows.filter(({ table }) => !ordered.has(table));
    for (const row of next) ordered.set(row.table, row);
  }
  return [...ordered.values()];
}
