import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/knex.ts';
import { transaction } from '../../src/db/transaction.ts';

describe('DD3 a transaction', () => {
  /** As much of a database as a transaction needs. */
  const database = { transaction: (work: (trx: unknown) => unknown) => work({}) } as unknown as Database;
  const failure = (code: string): Error => Object.assign(new Error(code), { code });
  const attemptsOf = async (work: (attempt: number) => unknown): Promise<[unknown, number]> => {
    let attempts = 0;
    const outcome = transaction(database, async (_trx: Knex.Transaction) => work(++attempts));
    return [await outcome.catch((error: unknown) => error), attempts];
  };

  it.each(['40001', '40P01'])('is run again after %s, three times in all', async (code) => {
    expect(await attemptsOf((attempt) => (attempt < 3 ? Promise.reject(failure(code)) : 'done'))).toEqual([
      'done',
      3,
    ]);
    expect(await attemptsOf(() => Promise.reject(failure(code)))).toEqual([
      expect.objectContaining({ code }),
      3,
    ]);
  });

  it.each(['23505', '57014', '08006', 'ECONNRESET'])('is not run again after %s', async (code) => {
    expect(await attemptsOf(() => Promise.reject(failure(code)))).toEqual([
      expect.objectContaining({ code }),
      1,
    ]);
  });
});
