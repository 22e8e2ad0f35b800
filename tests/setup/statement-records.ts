import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '../../src/db/knex.ts';
import { type Catalogue, readCatalogue } from '../statements/catalogue.ts';
import { runRecords } from './run-records.ts';

const statements = runRecords('statements');
const catalogues = runRecords('catalogue');

/** Where it is set, work is done as the server does it, and not to look behind it. */
const serving = new AsyncLocalStorage<true>();

/** Does the work as the server: the statements that it sends are judged at the end of the run. */
export function served<T>(work: () => T): T {
  return serving.run(true, work);
}

/** Notes the text of each statement that the server sends from now on. @returns keeps them for the end of the run */
export function recordStatements(database: Database): () => Promise<void> {
  const texts = new Set<string>();
  database.on('query', ({ sql }: { sql: string }) => {
    if (serving.getStore() === true) texts.add(sql);
  });
  return () => statements.save([...texts].map((sql) => JSON.stringify(sql)));
}

/** Begins a run, on what the migrations have made. */
export async function clearStatements(migrated: Database): Promise<void> {
  await Promise.all([statements.clear(), catalogues.clear()]);
  await catalogues.save([JSON.stringify(await readCatalogue(migrated))]);
}

export async function removeStatements(): Promise<void> {
  await Promise.all([statements.remove(), catalogues.remove()]);
}

/** Texts of the statements that were sent in this run, and what to judge them by. */
export async function readStatements(): Promise<{ sent: string[]; catalogue: Catalogue | undefined }> {
  const [catalogue] = await catalogues.read();
  const sent = [...(await statements.read())].map((line) => JSON.parse(line) as string);
  return { sent, catalogue: catalogue === undefined ? undefined : JSON.parse(catalogue) };
}
