import type { Config } from '../config.ts';
import type { Database } from '../db/knex.ts';
import type { Logger } from '../http/logging.ts';
import type { Counters } from '../limits/counters.ts';
import { databaseCounters, memoryCounters, redisCounters, uncounted } from '../limits/stores.ts';

/** Where requests are counted, as the configuration says. */
export async function composeCounters(
  { rateLimit, database: { prepare } }: Config,
  database: Database,
  logger: Logger,
): Promise<Counters> {
  const { on, store, redisUrl } = rateLimit;
  if (!on) return uncounted;
  if (redisUrl !== undefined) {
    return redisCounters(redisUrl, (error) => logger.warn({ err: error }, 'Redis is away'));
  }
  return store === 'database' ? databaseCounters(database, prepare) : memoryCounters();
}
