import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { openForMigrations } from '../knex.ts';
import { appliedMigrations, knownMigrations, migrateThrough, migrateUp } from '../migrations.ts';
import { BackupError, type Footer, type Header, type TableHeader } from './format.ts';
import { type BackupReader, openBackup } from './reader.ts';
import { columnsOf, connect, identifierOf, listTables, type Table, TRANSACTION_SETTINGS } from './tables.ts';

export interface Restored {
  /** When the backup was made. */
  readonly createdAt: string;
  readonly tables: number;
  readonly rows: number;
  /** Migrations that the backup did not have yet. */
  readonly migrated: readonly string[];
}

/**
 * Fills an empty database from a backup, all of it or nothing, and then brings it to the schema of this version.
 *
 * @throws BackupError when the backup is damaged, or does not fit the database, or that is not empty
 */
export async function restore(url: string, file: string): Promise<Restored> {
  const reader = await openBackup(file);
  try {
    const { header } = reader;
    await prepareSchema(url, header);
    const { rows } = await inTransaction(url, (client) => load(client, reader, file));
    const migrated = await withMigrations(url, migrateUp);
    const counts = Object.values(rows);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { createdAt: header.createdAt, tables: counts.length, rows: total, migrated };
  } finally {
    reader.close();
  }
}

type Migrating<T> = (database: ReturnType<typeof openForMigrations>) => Promise<T>;

async function withMigrations<T>(url: string, work: Migrating<T>): Promise<T> {
  // Without start-up parameters, which a pooler would refuse: migrations set their own limits, and nobody else is here.
  const database = openForMigrations({ url, prepare: false });
  return work(database).finally(() => database.destroy());
}

/** The tables as they were when the backup was made. */
async function prepareSchema(url: string, { version, migrations }: Header): Promise<void> {
  const known = await knownMigrations();
  if (migrations.some((name) => !known.includes(name))) {
    throw new BackupError(
      `The backup was made by Taskpact ${version}, which is newer than this one: restore it with that version or a ` +
        'newer one.',
    );
  }
  await withMigrations(url, async (database) => {
    const applied = await appliedMigrations(database);
    if (applied.some((name) => !migrations.includes(name))) {
      throw new BackupError('The database has newer tables than the backup: restore into an empty database.');
    }
    await migrateThrough(database, migrations);
  });
}

async function inTransaction<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    await client.query('begin');
    await client.query(TRANSACTION_SETTINGS);
    const result = await work(client);
    await client.query('commit');
    return result;
  } finally {
    // Without a commit this is the end of the transaction.
    await client.end();
  }
}

async function load(client: pg.Client, reader: BackupReader, file: string): Promise<Footer> {
  const tables = await listTables(client);
  await requireEmpty(client, tables);
  // Rows come table by table, so foreign keys are checked when all are there.
  const putBack = await dropForeignKeys(client);
  const loaded: Record<string, number> = {};
  for (;;) {
    const next: TableHeader | Footer = await reader.next();
    if ('rows' in next) {
      await reader.finish();
      requireSame(loaded, next.rows, file);
      await putBack();
      await client.query('analyze');
      return next;
    }
    loaded[next.table] = await loadTable(client, findTable(tables, next, file), reader);
  }
}

/** What a server that has started makes by itself, its queues, may be there. */
async function requireEmpty(client: pg.Client, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const table = identifierOf(name);
    if (name.startsWith('pgboss.')) await client.query(`delete from ${table}`);
    const { rowCount } = await client.query(`select from ${table} limit 1`);
    if (rowCount === 0) continue;
    throw new BackupError(`The database is not empty (${name} has rows): restore into an empty one.`);
  }
}

/** @returns what puts them back, and fails if a row breaks one */
async function dropForeignKeys(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint
     where contype = 'f' and conparentid = 0 and connamespace in (to_regnamespace('public'), to_regnamespace('pgboss'))`,
  );
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${name}`);
  return async () => {
    for (const { table, name, definition } of rows)
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  };
}

/** The columns may stand in another order, but have to be the same. */
function findTable(tables: readonly Table[], { table, columns }: TableHeader, file: string): Table {
  const found = tables.find(({ name }) => name === table);
  if (found !== undefined && found.columns.toSorted().join() === columns.toSorted().join())
    return { name: table, columns };
  throw new BackupError(
    `${file} has a table ${table} that does not fit the database: it was changed by hand.`,
  );
}

async function loadTable(client: pg.Client, table: Table, reader: BackupReader): Promise<number> {
  const copy = client.query(from(`copy ${identifierOf(table.name)} (${columnsOf(table)}) from stdin`));
  await pipeline(Readable.from(reader.rows()), copy);
  return copy.rowCount;
}

function requireSame(loaded: Footer['rows'], expected: Footer['rows'], file: string): void {
  const names = Object.keys(expected);
  const isSame =
    names.length === Object.keys(loaded).length && names.every((name) => loaded[name] === expected[name]);
  if (!isSame)
    throw new BackupError(`${file} does not hold what it says. Nothing was restored: take another backup.`);
}
