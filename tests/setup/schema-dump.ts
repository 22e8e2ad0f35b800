import type { Database } from '../../src/db/knex.ts';

/** Everything that makes the schema of a database, as lines that can be compared. */
const QUERIES: readonly string[] = [
  `select format('table %s %s', relname, relkind) from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')`,
  `select format('column %s.%s %s %s default %s, position %s', c.relname, a.attname,
     format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end,
     coalesce(pg_get_expr(d.adbin, d.adrelid), '-'),
     -- Among those that are there: the numbers of dropped columns are never given again.
     row_number() over (partition by a.attrelid order by a.attnum))
   from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`,
  `select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
   from pg_constraint where connamespace = 'public'::regnamespace`,
  `select indexdef from pg_indexes where schemaname = 'public'`,
  `select format('trigger %s.%s', tgrelid::regclass, tgname) from pg_trigger where not tgisinternal`,
  `select format('function %s', oid::regprocedure) from pg_proc where pronamespace = 'public'::regnamespace`,
  `select format('type %s', typname) from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')`,
  `select format('extension %s', extname) from pg_extension`,
  `select format('schema %s', nspname) from pg_namespace where nspname !~ '^pg_(toast|temp)'`,
];

export async function dumpSchema(database: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const query of QUERIES) {
    const { rows }: { rows: Record<string, string>[] } = await database.raw(query);
    lines.push(...rows.flatMap((row) => Object.values(row)));
  }
  return lines.sort();
}
