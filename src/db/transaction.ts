import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './knex.ts';
import { isRetryable } from './pg-errors.ts';

const ATTEMPTS = 3;
/** Milliseconds; the wait before a new attempt is random up to this. */
const LONGEST_PAUSE = 50;

/**
 * Runs the work in one transaction: all of it is stored, or nothing. A deadlock or serialization failure is tried
 * again, so the work must not have effects outside the database. Within another transaction it is a savepoint: what fails
 * is undone alone, and trying again is left to the outer one.
 */
export async function transaction<T>(
  database: Database,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || database.isTransaction || !isRetryable(error)) throw error;
      await sleep(Math.random() * LONGEST_PAUSE);
    }
  }
}
