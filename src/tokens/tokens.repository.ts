import type { Knex } from 'knex';
import type { AccountStateRow } from '../auth/sessions.repository.ts';
import { type Database, prepared } from '../db/knex.ts';
import type { PersonalTokenRow } from '../db/tables.ts';

/** How the account of a token stands, and when the token was used last as far as the database knows. */
export type TokenStateRow = AccountStateRow & Pick<PersonalTokenRow, 'last_used_at'>;

/** Personal access tokens of one user. */
export function tokensRepository(database: Database) {
  return {
    insert: async (trx: Knex.Transaction, token: PersonalTokenRow): Promise<void> => {
      await trx<PersonalTokenRow>('personal_tokens').insert(token);
    },

    count: async (trx: Knex.Transaction, userId: string): Promise<number> => {
      const [row] = await trx('personal_tokens').where({ user_id: userId }).count('*');
      return Number(row?.count);
    },

    /** The newest first. */
    findAll: async (userId: string): Promise<PersonalTokenRow[]> =>
      database<PersonalTokenRow>('personal_tokens')
        .where({ user_id: userId })
        .orderBy([
          { column: 'created_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ]),

    findByHash: async (
      userId: string,
      tokenHash: Buffer,
    ): Promise<Pick<PersonalTokenRow, 'id' | 'scope' | 'expires_at'> | undefined> =>
      prepared(
        database,
        'personal_tokens.find',
        database<PersonalTokenRow>('personal_tokens')
          .where({ user_id: userId, token_hash: tokenHash })
          .first('id', 'scope', 'expires_at'),
      ),

    /** @returns whether there was such a token */
    delete: async (userId: string, id: string): Promise<boolean> =>
      (await database<PersonalTokenRow>('personal_tokens').where({ user_id: userId, id }).delete()) === 1,

    /** @returns the ids of those that there were */
    deleteAll: async (trx: Knex.Transaction, userId: string): Promise<string[]> => {
      const deleted = await trx<PersonalTokenRow>('personal_tokens')
        .where({ user_id: userId })
        .delete()
        .returning('id');
      return deleted.map(({ id }) => id);
    },

    /** How the account stands, if neither it nor the token has been ended by somebody. */
    findAccountState: async (userId: string, id: string): Promise<TokenStateRow | undefined> => {
      const query = database('personal_tokens')
        .join('users', 'users.id', 'personal_tokens.user_id')
        .where({ 'personal_tokens.user_id': userId, 'users.id': userId, 'personal_tokens.id': id })
        .whereNull('users.disabled_at')
        .first<TokenStateRow>('users.role', 'users.email_verified', 'last_used_at');
      return prepared(database, 'personal_tokens.account_state', query);
    },

    /** @param limit nothing is written for a token that was used after this */
    noteUse: async (userId: string, id: string, at: string, limit: string): Promise<void> => {
      await database<PersonalTokenRow>('personal_tokens')
        .where({ user_id: userId, id })
        .whereRaw('(last_used_at is null or last_used_at <= ?)', [limit])
        .update({ last_used_at: at });
    },
  };
}

export type TokensRepository = ReturnType<typeof tokensRepository>;
