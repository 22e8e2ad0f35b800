import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase } from './test-database.ts';

/** What has to be done at the end; the last is done first. */
export type Cleanups = (() => unknown)[];

/**
 * Makes something before the tests of the file, and does the cleanups after them, also when the making fails.
 *
 * @param patience milliseconds; without it as long as any hook may take
 * @returns what was made, whose properties can be read when the tests have begun
 */
export function forFile<T extends object>(make: (cleanups: Cleanups) => Promise<T>, patience?: number): T {
  const cleanups: Cleanups = [];
  let made: T | undefined;
  beforeAll(async () => {
    made = await make(cleanups);
  }, patience);
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return new Proxy({} as T, {
    get: (_, property) => {
      if (made === undefined) throw new Error('The tests have not begun');
      return Reflect.get(made, property);
    },
  });
}

export interface ConnectedDatabase {
  readonly url: string;
  /** A connection beside those of servers. */
  readonly client: pg.Client;
}

/** A database of its own. */
export async function connectedDatabase(cleanups: Cleanups): Promise<ConnectedDatabase> {
  const { url, drop } = await createTestDatabase();
  cleanups.push(drop);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanups.push(() => client.end());
  return { url, client };
}
