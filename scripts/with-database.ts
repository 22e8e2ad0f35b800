import { ConfigError, type DatabaseConfig } from '../src/config.ts';
import { BackupError } from '../src/db/backup/format.ts';
import { connectionAdvice } from '../src/db/connection.ts';
import { NotReadyError } from '../src/db/distribution/distribute.ts';
import { EmbeddedServerError } from '../src/db/embedded/errors.ts';
import { runningServerUrl } from '../src/db/embedded/running.ts';
import { startEmbeddedServer } from '../src/db/embedded/server.ts';
import { type Database, openForMigrations } from '../src/db/knex.ts';

/** A command can't be carried out; the message says why. */
export class CommandError extends Error {}

/** Does the work with the database of DATABASE_URL or, if that is not set, with the embedded one, which runs meanwhile. */
export async function withDatabase<T>(
  config: DatabaseConfig,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  return withDatabaseUrl(config, async (url) => {
    const database = openForMigrations({ url, prepare: config.database.prepare });
    return work(database).finally(() => database.destroy());
  });
}

/** The same for work that makes connections of its own. */
export async function withDatabaseUrl<T>(
  config: DatabaseConfig,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const { url } = config.database;
  if (url !== undefined) return work(url);
  const embedded = await startEmbedded(config);
  return work(embedded.url).finally(() => embedded.stop());
}

/** The same, where a server may be running on the embedded one. */
export async function besideServer<T>(config: DatabaseConfig, work: (url: string) => Promise<T>): Promise<T> {
  try {
    return await withDatabaseUrl(config, work);
  } catch (error) {
    if (!(error instanceof EmbeddedServerError) || error.code !== 'in_use') throw error;
    return work(await runningServerUrl(config.dataDir));
  }
}

function startEmbedded({ dataDir }: DatabaseConfig) {
  const logger = { info: () => {}, warn: printFields, error: printFields };
  return startEmbeddedServer({ dataDir, logger });
}

function printFields(fields: object, message: string): void {
  console.error(`${message} ${JSON.stringify(fields)}`);
}

/** What went wrong, for the person at the terminal. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const told = [CommandError, ConfigError, EmbeddedServerError, BackupError, NotReadyError];
  if (told.some((kind) => error instanceof kind)) return error.message;
  const advice = connectionAdvice(error);
  if (advice !== undefined) return `${advice} (${error.message})`;
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join('; ');
}
