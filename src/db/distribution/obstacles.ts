import type { Database } from '../knex.ts';
import type { TablePlace } from './layout.ts';

interface IndexRow {
  readonly table: string;
  readonly name: string;
  readonly columns: string[];
}

interface ForeignKeyRow extends IndexRow {
  readonly target: string;
  readonly target_columns: string[];
  /** As in `pg_constraint.confdeltype`. */
  readonly on_delete: string;
}

const OWN = 'current_schema()::regnamespace';

const UNIQUE_INDEXES = `
  select c.relname as table, i.relname as name,
    array(
      select a.attname::text from unnest(x.indkey::int2[]) as part (attnum)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = part.attnum
    ) as columns
  from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  where c.relnamespace = ${OWN} and (x.indisunique or x.indisexclusion) order by 1, 2`;

const FOREIGN_KEYS = `
  select c.relname as table, k.conname as name, f.relname as target, k.confdeltype as on_delete,
    array(
      select a.attname::text from unnest(k.conkey) with ordinality as part (attnum, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = part.attnum order by place
    ) as columns,
    array(
      select a.attname::text from unnest(k.confkey) with ordinality as part (attnum, place)
      join pg_attribute a on a.attrelid = f.oid and a.attnum = part.attnum order by place
    ) as target_columns
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
  where k.contype = 'f' and c.relnamespace = ${OWN} order by 1, 2`;

const TRIGGERS = `
  select c.relname as table, t.tgname as name, '{}'::text[] as columns
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal and c.relnamespace = ${OWN} order by 1, 2`;

/** What Citus would refuse about the schema, a sentence each; nothing when it can be distributed. */
export async function findObstacles(database: Database, layout: readonly TablePlace[]): Promise<string[]> {
  const places = new Map(layout.map((place) => [place.table, place]));
  const columnOf = (table: string): string | null => places.get(table)?.column ?? null;
  const read = async <Row>(sql: string): Promise<Row[]> => (await database.raw(sql)).rows;

  const keyless = layout
    .filter(({ placement, column }) => placement !== 'local' && column === null)
    .map(({ table }) => `${table} names a user and has no primary key`);
  const unique = (await read<IndexRow>(UNIQUE_INDEXES))
    .filter(({ table, columns }) => {
      const column = columnOf(table);
      return column !== null && !columns.includes(column);
    })
    .map(
      ({ table, name }) =>
        `${name} is unique on ${table} without ${columnOf(table)}, which tells the machine of a row`,
    );
  const foreign = (await read<ForeignKeyRow>(FOREIGN_KEYS)).flatMap((key) => {
    const [from, to] = [places.get(key.table), places.get(key.target)];
    return from === undefined || to === undefined ? [] : foreignKeyObstacles(key, from, to);
  });
  const triggers = (await read<IndexRow>(TRIGGERS))
    .filter(({ table }) => columnOf(table) !== null)
    .map(({ table, name }) => `${name} is a trigger on ${table}`);
  return [...keyless, ...unique, ...foreign, ...triggers];
}

function foreignKeyObstacles(
  { name, columns, target_columns, on_delete }: ForeignKeyRow,
  from: TablePlace,
  to: TablePlace,
): string[] {
  if (from.placement === 'local' && to.placement === 'local') return [];
  const place = from.column === null ? -1 : columns.indexOf(from.column);
  const staysWithTheUser =
    from.placement === 'user' && to.placement === 'user' && place >= 0 && target_columns[place] === to.column;
  if (!staysWithTheUser) return [`${name} leads from ${from.table} to rows of ${to.table} on other machines`];
  return ['n', 'd'].includes(on_delete)
    ? [`${name} sets columns of ${from.table} when a row is deleted`]
    : [];
}
