import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import type { Database } from './knex.ts';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Loads migrations as modules. knex's own loader knows CommonJS first, and would record the file's ending. */
class ModuleSource implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    const files = await readdir(FOLDER);
    return files.filter((file) => /^\d{14}_\w+\.(ts|js)$/.test(file)).sort();
  }
  getMigrationName(file: string): string {
    return file.replace(/\.(ts|js)$/, '');
  }
  getMigration(file: string): Promise<Knex.Migration> {
    return import(pathToFileURL(FOLDER + file).href);
  }
}

const source = new ModuleSource();
const TABLE = 'migrations';
const CONFIG: Knex.MigratorConfig = { migrationSource: source, tableName: TABLE };

/** Applies what is missing, each migration in a transaction. @returns names of those applied */
export async function migrateUp(database: Database): Promise<string[]> {
  const [, applied]: [number, string[]] = await database.migrate.latest(CONFIG);
  return applied;
}

/** Takes back the newest migration. @returns its name, or undefined when there is none */
export async function migrateDown(database: Database): Promise<string | undefined> {
  const [, reverted]: [number, string[]] = await database.migrate.down(CONFIG);
  return reverted[0];
}

/** Names of the migrations that the database lacks. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const names = (await source.getMigrations()).map((file) => source.getMigrationName(file));
  // knex's own list would create its tables first; a question must not change the database.
  const { rows } = await database.raw(`select to_regclass('${TABLE}') is not null as exists`);
  const applied: string[] = rows[0].exists ? await database(TABLE).pluck('name') : [];
  return names.filter((name) => !applied.includes(name));
}
