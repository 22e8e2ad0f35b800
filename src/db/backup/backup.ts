import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to } from 'pg-copy-streams';
import { version } from '../../version.ts';
import { BackupError, END_OF_ROWS, type Footer, type Header, MAGIC, type TableHeader } from './format.ts';
import { columnsOf, connect, identifierOf, listTables, type Table, TRANSACTION_SETTINGS } from './tables.ts';

export interface Made {
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes what is committed at this moment into a new file, while the server runs and others write. The file is there only
 * when it is complete; only its owner can read it, for it holds everything.
 *
 * @throws BackupError
 */
export async function backUp(url: string, file: string): Promise<Made> {
  if (await exists(file)) throw new BackupError(`${file} exists already: choose another name.`);
  const unfinished = `${file}.unfinished`;
  const client = await connect(url);
  try {
    const rows: Record<string, number> = {};
    await client.query('begin isolation level repeatable read read only');
    await client.query(TRANSACTION_SETTINGS);
    const lines = Readable.from(content(client, rows));
    const target = createWriteStream(unfinished, { flags: 'w', mode: 0o600, flush: true });
    await pipeline(lines, createGzip(), target);
    await client.query('commit');
    await rename(unfinished, file);
    const counts = Object.values(rows);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { bytes: (await stat(file)).size, tables: counts.length, rows: total };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** @param rows is told how many rows each table has */
async function* content(client: pg.Client, rows: Record<string, number>): AsyncGenerator<string | Buffer> {
  const migrations = await readMigrations(client);
  const tables = await listTables(client);
  // None may be changed by a migration before its turn has come.
  await client.query(
    `lock table ${tables.map(({ name }) => identifierOf(name)).join(', ')} in access share mode`,
  );
  yield `${MAGIC}\n`;
  yield line<Header>({ version, createdAt: new Date().toISOString(), migrations });
  for (const table of tables) {
    yield line<TableHeader>({ table: table.name, columns: table.columns });
    const copy = client.query(to(copyStatement(table)));
    yield* copy as AsyncIterable<Buffer>;
    rows[table.name] = copy.rowCount;
    yield `${END_OF_ROWS}\n`;
  }
  yield line<Footer>({ rows });
}

function line<T>(value: T): string {
  return `${JSON.stringify(value)}\n`;
}

function copyStatement(table: Table): string {
  return `copy (select ${columnsOf(table)} from ${identifierOf(table.name)}) to stdout`;
}

async function readMigrations(client: pg.Client): Promise<string[]> {
  const found = await client.query(`select to_regclass('public.migrations') is not null as exists`);
  if (!found.rows[0].exists) throw new BackupError('The database is empty: there is nothing to save.');
  const { rows } = await client.query<{ name: string }>('select name from public.migrations order by id');
  return rows.map(({ name }) => name);
}
