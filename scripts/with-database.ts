import { ConfigError, type DatabaseConfig } from '../src/config.ts';
import { EmbeddedServerError } from '../src/db/embedded/errors.ts';
import { startEmbeddedServer } from '../src/db/embedded/server.ts';
import { type Database, openForMigrations } from '../src/db/knex.ts';

/** A command can't be carried out; the message says why. */
export class CommandError extends Error {}

/** Does the work with the database of DATABASE_URL or, if that is not set, with the embedded one, which runs meanwhile. */
export async function withDatabase<T>(
  config: DatabaseConfig,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { url, prepare } = config.database;
  const embedded = url === undefined ? await startEmbedded(config) : undefined;
  const database = openForMigrations({ url: embedded?.url ?? url ?? '', prepare });
  try {
    return await work(database);
  } finally {
    await database.destroy();
    await embedded?.stop();
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
  if (error instanceof CommandError || error instanceof ConfigError || error instanceof EmbeddedServerError) {
    return error.message;
  }
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join('; ');
}
