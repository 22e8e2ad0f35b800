import type { Database } from '../db/knex.ts';
import { type Job, NIGHTLY } from './job.ts';

/** Milliseconds for which something that has ended is kept, for whoever has to find out what happened. */
const KEEP = 30 * 86_400_000;
/** Rows that one statement deletes, so that none takes long. */
const BATCH = 1_000;

interface Ended {
  readonly table: string;
  /** Completes `user_id` to the primary key. */
  readonly key: string;
  /** Tells when it ended. */
  readonly column: string;
  /** Milliseconds that it is kept after that. */
  readonly keep: number;
}

/** Sessions take their refresh tokens with them. */
const ENDED: readonly Ended[] = [
  { table: 'action_tokens', key: 'id', column: 'expires_at', keep: KEEP },
  { table: 'refresh_tokens', key: 'id', column: 'expires_at', keep: KEEP },
  { table: 'sessions', key: 'id', column: 'expires_at', keep: KEEP },
  { table: 'sessions', key: 'id', column: 'revoked_at', keep: KEEP },
];

export interface HousekeepingOptions {
  readonly database: Database;
  /** Hours that an `Idempotency-Key` is remembered. */
  readonly idempotencyHours: number;
  readonly now: () => Date;
}

/** Deletes, once a day, what nobody can use any more. The one place that does not ask whose it is. */
export function housekeepingJob({ database, idempotencyHours, now }: HousekeepingOptions): Job {
  const keep = idempotencyHours * 3_600_000;
  const ended = [...ENDED, { table: 'idempotency_keys', key: 'key', column: 'created_at', keep }];
  const deleteBatch = ({ table, key, column }: Ended, before: string): Promise<number> =>
    database(table)
      .whereIn(
        ['user_id', key],
        database.select('user_id', key).from(table).where(column, '<', before).orderBy(column).limit(BATCH),
      )
      .delete();
  return {
    name: 'housekeeping',
    ...NIGHTLY,
    schedule: '17 3 * * *',
    run: async (_data, signal) => {
      for (const each of ended) {
        const before = new Date(now().getTime() - each.keep).toISOString();
        while (!signal.aborted && (await deleteBatch(each, before)) === BATCH);
      }
    },
  };
}
