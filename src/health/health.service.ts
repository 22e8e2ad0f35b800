import { type Database, ping } from '../db/knex.ts';
import { pendingMigrations } from '../db/migrations.ts';
import { UnavailableError } from '../errors.ts';

export interface HealthServiceOptions {
  readonly database: Database;
  readonly version: string;
  /** True once the server has been told to stop. */
  readonly isDraining: () => boolean;
}

export function healthService({ database, version, isDraining }: HealthServiceOptions) {
  let migrated = false;

  const requireDatabase = async (): Promise<void> => {
    if (migrated) return ping(database);
    const pending = await pendingMigrations(database);
    if (pending.length > 0) throw new UnavailableError('The database has not been migrated yet.');
    migrated = true;
  };

  return {
    describe: () => ({ version, uptime: Math.floor(process.uptime()) }),

    /** @throws UnavailableError or the driver's error when the database does not answer or lacks migrations */
    requireDatabase,

    /** @throws UnavailableError when no request should be sent here */
    requireReady: async (): Promise<void> => {
      if (isDraining()) throw new UnavailableError('The server is stopping.');
      await requireDatabase();
    },
  };
}

export type HealthService = ReturnType<typeof healthService>;
