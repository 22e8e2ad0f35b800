import type { Database } from '../db/knex.ts';
import type { Job } from './job.ts';

/** Days for which something that has ended is kept, for whoever has to find out what happened. */
const KEEP = 30;
/** Rows that one statement deletes, so that none takes long. */
const BATCH = 1_000;

/** What is deleted, by the column that tells when it ended. Sessions take their refresh tokens with them. */
const ENDED = [
  ['action_tokens', 'expires_at'],
  ['refresh_tokens', 'expires_at'],
  ['sessions', 'expires_at'],
  ['sessions', 'revoked_at'],
] as const;

/** Deletes, once a day, what nobody can use any more. The one place that does not ask whose it is. */
export function housekeepingJob(database: Database, now: () => Date): Job {
  const deleteBatch = (table: string, column: string, before: string): Promise<number> =>
    database(table)
      .whereIn(
        ['user_id', 'id'],
        database.select('user_id', 'id').from(table).where(column, '<', before).orderBy(column).limit(BATCH),
      )
      .delete();
  return {
    name: 'housekeeping',
    retryLimit: 3,
    retryDelay: 60,
    retryDelayMax: 3600,
    timeout: 600,
    pollEvery: 30,
    concurrency: 1,
    schedule: '17 3 * * *',
    run: async (_data, signal) => {
      const before = new Date(now().getTime() - KEEP * 86_400_000).toISOString();
      for (const [table, column] of ENDED) {
        while (!signal.aborted && (await deleteBatch(table, column, before)) === BATCH);
      }
    },
  };
}
