import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { DATABASE_LIMITS, type Database } from './knex.ts';

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

/** The advisory lock that a migration holds; nothing else in the database uses this number. */
export const MIGRATION_LOCK = 1_952_805_739;
/** Milliseconds that a migration waits for another one to end. */
const PATIENCE = 300_000;

/**
 * Applies what is missing, all of it or nothing. Of several that are started at once one does the work.
 *
 * @returns names of those applied
 */
export async function migrateUp(database: Database): Promise<string[]> {
  const [, applied]: [number, string[]] = await alone(database, (migrator) => migrator.latest(CONFIG));
  return applied;
}

/** Applies these alone, for tables as they once were. */
export async function migrateThrough(database: Database, names: readonly string[]): Promise<void> {
  const applied = await appliedMigrations(database);
  const missing = names.filter((name) => !applied.includes(name));
  await alone(database, async (migrator) => {
    for (const name of missing) await migrator.up({ ...CONFIG, name });
  });
}

/** Takes back the newest migration. @returns its name, or undefined when there is none */
export async function migrateDown(database: Database): Promise<string | undefined> {
  const [, reverted]: [number, string[]] = await alone(database, (migrator) => migrator.down(CONFIG));
  return reverted[0];
}

/**
 * Does the work in one transaction, when nobody else migrates. knex's own lock is a row, in a table that two can't create
 * at once; it refuses instead of waiting, and would stay behind when a process is killed.
 */
function alone<T>(database: Database, work: (migrator: Knex.Migrator) => Promise<T>): Promise<T> {
  return database.transaction(async (trx) => {
    // Whatever limit the role has for serving. Local, so that it holds behind a transaction pooler and ends with this.
    await trx.raw('set local statement_timeout = 0');
    await trx.raw(`set local lock_timeout = ${PATIENCE}`);
    await trx.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]).catch((cause: unknown) => {
      const { code } = cause as { code?: unknown };
      throw code === LOCK_NOT_AVAILABLE ? new MigrationRunningError(cause) : cause;
    });
    await trx.raw(`set local lock_timeout = ${DATABASE_LIMITS.lock}`);
    return work(trx.migrate);
  });
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Another migration does not come to its end. */
export class MigrationRunningError extends Error {
  override readonly name = 'MigrationRunningError';

  constructor(cause: unknown) {
    super(
      `Another migration has been running for more than ${PATIENCE / 60_000} minutes. Wait for its end, or look for ` +
        'it in pg_stat_activity: its application_name is taskpact-migrate.',
      { cause },
    );
  }
}

/** Names of the migrations that the database lacks. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const applied = await appliedMigrations(database);
  return (await knownMigrations()).filter((name) => !applied.includes(name));
}

/** Names of all migrations of this version, in their order. */
export async function knownMigrations(): Promise<string[]> {
  return (await source.getMigrations()).map((file) => source.getMigrationName(file));
}

/** Names of the migrations that the database has. */
export async function appliedMigrations(database: Database): Promise<string[]> {
  // knex's own list would create its tables first; a question must not change the database.
  const { rows } = await database.raw(`select to_regclass('${TABLE}') is not null as exists`);
  return rows[0].exists ? await database(TABLE).pluck('name') : [];
}
