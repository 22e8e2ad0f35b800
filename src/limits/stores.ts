import { setTimeout as sleep } from 'node:timers/promises';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import type { Database } from '../db/knex.ts';
import { type Count, type Counter, type Counters, CountersAwayError, type Quota } from './counters.ts';

/** Milliseconds that a shared store may take. Every request waits for it. */
const LONGEST_WAIT = 500;
const TABLE = 'rate_limits';

/** Counts nothing: whoever asks is told that nothing has happened yet. */
export const uncounted: Counters = {
  create: (name, quota) => ({
    name,
    quota,
    count: async () => ({ exceeded: false, remaining: quota.requests, resetsIn: quota.seconds }),
    reset: async () => {},
  }),
  close: async () => {},
};

/** Counts in this process: exact for one instance, and free of waiting. */
export function memoryCounters(): Counters {
  return countersOf((options) => new RateLimiterMemory(options));
}

/** Counts in a table of the database, for several instances. Each count is a write. */
export function databaseCounters(database: Database, prepare: boolean): Counters {
  return countersOf((options) =>
    bounded(
      new RateLimiterPostgres({
        ...options,
        storeClient: queryClient(database, prepare),
        storeType: 'client',
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
    ),
  );
}

/** Loaded by who has a Redis: it is the largest of what a start loads. */
const load = () => import('@redis/client');

/**
 * Counts in Redis, for several instances. It may be away at any time, at the start too: then it is waited for no longer
 * than for a count, and tried again for ever.
 */
export async function redisCounters(url: string, onError: (error: Error) => void): Promise<Counters> {
  const { createClient } = await load();
  const client = createClient({
    url,
    // A command that can't be sent now is refused now, rather than kept until its request is forgotten.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: LONGEST_WAIT,
      reconnectStrategy: (attempts) => Math.min(attempts * 100, 2_000),
    },
  });
  client.on('error', onError);
  await Promise.race([client.connect().catch(onError), sleep(LONGEST_WAIT)]);
  return countersOf(
    (options) =>
      bounded(
        new RateLimiterRedis({
          ...options,
          storeClient: client,
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
        }),
      ),
    async () => client.destroy(),
  );
}

function bounded(limiter: RateLimiterAbstract): RateLimiterAbstract {
  return new RLWrapperTimeouts({ limiter, timeoutMs: LONGEST_WAIT });
}

function countersOf(
  limiter: (options: IRateLimiterOptions) => RateLimiterAbstract,
  close = async (): Promise<void> => {},
): Counters {
  return {
    create: (name, quota) => {
      const options = { keyPrefix: name, points: quota.requests, duration: quota.seconds };
      return counterOf(name, quota, limiter(options));
    },
    close,
  };
}

function counterOf(name: string, quota: Quota, limiter: RateLimiterAbstract): Counter {
  return {
    name,
    quota,
    // A refusal is rejected with the count, a failure with an error.
    count: async (key) => {
      try {
        return toCount(await limiter.consume(key), false);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return toCount(refusal, true);
        throw away(refusal);
      }
    },
    reset: async (key) => {
      await limiter.delete(key).catch((error: unknown) => {
        throw away(error);
      });
    },
  };
}

function toCount({ remainingPoints, msBeforeNext }: RateLimiterRes, exceeded: boolean): Count {
  return { exceeded, remaining: remainingPoints, resetsIn: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}

function away(cause: unknown): CountersAwayError {
  return new CountersAwayError('The counts of requests can not be kept.', { cause });
}

interface NamedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A connection of the pool for each statement, as a client of pg. Behind a transaction pooler, names are left out. */
function queryClient(database: Database, prepare: boolean) {
  const { client: pool } = database;
  return {
    query: async ({ name, text, values }: NamedQuery): Promise<unknown> => {
      const connection = await pool.acquireConnection();
      try {
        return await connection.query(prepare ? { name, text, values } : { text, values });
      } finally {
        pool.releaseConnection(connection);
      }
    },
  };
}
