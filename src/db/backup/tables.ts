import pg from 'pg';
import { connectionTo } from '../connection.ts';

/** What is worth a backup of the queue's tables: the rest is made anew by whoever works on the queues. */
const QUEUE_TABLES = ['queue', 'job'];

export interface Table {
  /** With its schema. */
  readonly name: string;
  readonly columns: readonly string[];
}

/** All tables that hold data which lasts. Counts of requests do not: their table is unlogged. */
export async function listTables(client: pg.Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(
    `select format('%s.%s', n.nspname, c.relname) as name,
       array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
       and (n.nspname = 'public' and c.relname not in ('migrations', 'migrations_lock')
         or n.nspname = 'pgboss' and c.relname = any($1))
     group by 1 order by 1`,
    [QUEUE_TABLES],
  );
  return rows;
}

/** `public.users` as SQL. */
export function identifierOf(name: string): string {
  return name.split('.').map(pg.escapeIdentifier).join('.');
}

export function columnsOf({ columns }: Pick<Table, 'columns'>): string {
  return columns.map(pg.escapeIdentifier).join(', ');
}

/** A connection without the limits of serving. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ ...connectionTo(url), application_name: 'taskpact-backup' });
  client.on('error', () => {}); // a lost connection also fails the query, which tells
  await client.connect();
  return client;
}

/** For the transaction that has begun: no limits, and texts of values that do not depend on settings. */
export const TRANSACTION_SETTINGS = `
  set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0;
  set local timezone = 'UTC';
  set local datestyle = 'ISO';
  set local intervalstyle = 'postgres'`;
