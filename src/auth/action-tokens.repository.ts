import type { Knex } from 'knex';
import type { ActionTokenRow } from '../db/tables.ts';

type Key = Pick<ActionTokenRow, 'user_id' | 'id'>;

/** Tokens of links in mails. Whoever calls has locked the account, so that its tokens change one after the other. */
export const actionTokensRepository = {
  find: async (trx: Knex.Transaction, { user_id, id }: Key): Promise<ActionTokenRow | undefined> =>
    trx<ActionTokenRow>('action_tokens').where({ user_id, id }).first(),

  findByHash: async (
    trx: Knex.Transaction,
    userId: string,
    tokenHash: Buffer,
  ): Promise<ActionTokenRow | undefined> =>
    trx<ActionTokenRow>('action_tokens').where({ user_id: userId, token_hash: tokenHash }).first(),

  /** Stores the token; one that is there already gets a new end, unless it is used. */
  put: async (trx: Knex.Transaction, token: ActionTokenRow): Promise<void> => {
    await trx<ActionTokenRow>('action_tokens')
      .insert(token)
      .onConflict(['user_id', 'id'])
      .merge(['token_hash', 'expires_at'])
      .where('action_tokens.user_id', token.user_id)
      .whereNull('action_tokens.used_at');
  },

  /** How many other tokens of that purpose were made since then. */
  countOthers: async (trx: Knex.Transaction, token: ActionTokenRow, since: string): Promise<number> => {
    const { user_id, id, purpose } = token;
    const row = await trx('action_tokens')
      .where({ user_id, purpose })
      .whereNot({ id })
      .where('created_at', '>', since)
      .count({ count: '*' })
      .first();
    return Number(row?.count);
  },

  markUsed: async (trx: Knex.Transaction, { user_id, id }: Key, at: string): Promise<void> => {
    await trx<ActionTokenRow>('action_tokens').where({ user_id, id }).update({ used_at: at });
  },

  voidAll: async (trx: Knex.Transaction, userId: string, at: string): Promise<void> => {
    await trx<ActionTokenRow>('action_tokens')
      .where({ user_id: userId, used_at: null })
      .update({ used_at: at });
  },

  /** Makes all others of that purpose useless. */
  voidOthers: async (trx: Knex.Transaction, token: ActionTokenRow, at: string): Promise<void> => {
    const { user_id, id, purpose } = token;
    await trx<ActionTokenRow>('action_tokens')
      .where({ user_id, purpose, used_at: null })
      .whereNot({ id })
      .update({ used_at: at });
  },
};
