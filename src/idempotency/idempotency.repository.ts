import type { Knex } from 'knex';
import type { IdempotencyKeyRow } from '../db/tables.ts';

type Claim = Pick<IdempotencyKeyRow, 'user_id' | 'key' | 'fingerprint' | 'created_at'>;
type KeyOf = Pick<IdempotencyKeyRow, 'user_id' | 'key'>;

/** What is remembered of a user's keys, in the transaction that does the work. */
export function idempotencyRepository(trx: Knex.Transaction) {
  return {
    /**
     * Takes the key, if it is free or was taken before `expiry`. Waits for whoever is about to take it.
     * @returns whether it is ours
     */
    claim: async (claim: Claim, expiry: string): Promise<boolean> => {
      const taken = await trx<IdempotencyKeyRow>('idempotency_keys')
        .insert(claim)
        .onConflict(['user_id', 'key'])
        .merge(['fingerprint', 'created_at'])
        .where('idempotency_keys.created_at', '<', expiry)
        .returning('key');
      return taken.length === 1;
    },

    find: async (key: KeyOf): Promise<IdempotencyKeyRow | undefined> =>
      trx<IdempotencyKeyRow>('idempotency_keys').where(key).first(),

    /** Notes the answer of a key that was claimed in this transaction. */
    answer: async (key: KeyOf, status: number, headers: object, body: unknown): Promise<void> => {
      const answer = { status, headers: JSON.stringify(headers), body: JSON.stringify(body) };
      await trx('idempotency_keys').where(key).update(answer);
    },
  };
}
