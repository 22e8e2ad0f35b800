import type { Knex } from 'knex';
import { type Database, prepared } from '../db/knex.ts';
import type { RefreshTokenRow, SessionRow, UserRow } from '../db/tables.ts';

/** What of an account decides about its requests. */
export type AccountStateRow = Pick<UserRow, 'role' | 'email_verified'>;

const LAST_USED_FIRST = [
  { column: 'last_used_at', order: 'desc' },
  { column: 'id', order: 'desc' },
];

/** Sessions and refresh tokens. What must happen together takes the transaction it happens in. */
export function sessionsRepository(database: Database) {
  return {
    insert: async (trx: Knex.Transaction, session: SessionRow): Promise<void> => {
      await trx<SessionRow>('sessions').insert(session);
    },

    insertToken: async (trx: Knex.Transaction, token: RefreshTokenRow): Promise<void> => {
      await trx<RefreshTokenRow>('refresh_tokens').insert(token);
    },

    findToken: async (
      trx: Knex.Transaction,
      userId: string,
      tokenHash: Buffer,
    ): Promise<RefreshTokenRow | undefined> =>
      trx<RefreshTokenRow>('refresh_tokens').where({ user_id: userId, token_hash: tokenHash }).first(),

    /** Locks the session, so that its tokens are used one after the other. */
    lock: async (trx: Knex.Transaction, userId: string, id: string): Promise<SessionRow | undefined> =>
      trx<SessionRow>('sessions').where({ user_id: userId, id }).forUpdate().first(),

    markUsed: async (trx: Knex.Transaction, token: RefreshTokenRow, at: string): Promise<void> => {
      const { user_id, id, session_id } = token;
      await trx<RefreshTokenRow>('refresh_tokens').where({ user_id, id }).update({ used_at: at });
      await trx<SessionRow>('sessions').where({ user_id, id: session_id }).update({ last_used_at: at });
    },

    revoke: async (
      trx: Knex.Transaction,
      userId: string,
      id: string,
      at: string,
      reason: string,
    ): Promise<void> => {
      await trx<SessionRow>('sessions')
        .where({ user_id: userId, id, revoked_at: null })
        .update({ revoked_at: at, revoked_reason: reason });
    },

    /** Ends all that are alive, or all but one. @returns the ids of those that were ended */
    revokeAll: async (
      trx: Knex.Transaction,
      userId: string,
      at: string,
      reason: string,
      exceptId: string | null = null,
    ): Promise<string[]> => {
      const alive = trx<SessionRow>('sessions').where({ user_id: userId, revoked_at: null });
      if (exceptId !== null) alive.whereNot({ id: exceptId });
      const ended = await alive.update({ revoked_at: at, revoked_reason: reason }).returning('id');
      return ended.map(({ id }) => id);
    },

    /** Those that can go on, the one that was used last first. */
    findActive: async (userId: string, at: string, limit: number): Promise<SessionRow[]> => {
      const goodTokens = database<RefreshTokenRow>('refresh_tokens')
        .where({ user_id: userId, used_at: null })
        .where('expires_at', '>', at)
        .select('session_id');
      return database<SessionRow>('sessions')
        .where({ user_id: userId, revoked_at: null })
        .where('expires_at', '>', at)
        .whereIn('id', goodTokens)
        .orderBy(LAST_USED_FIRST)
        .limit(limit);
    },

    /** How the account stands, if access tokens of the session are good: neither it nor the account has ended. */
    findAccountState: async (
      userId: string,
      id: string,
      at: string,
    ): Promise<AccountStateRow | undefined> => {
      const query = database('sessions')
        .join('users', 'users.id', 'sessions.user_id')
        .where({ 'sessions.user_id': userId, 'users.id': userId, 'sessions.id': id })
        .whereNull('sessions.revoked_at')
        .whereNull('users.disabled_at')
        .where('sessions.expires_at', '>', at)
        .first<AccountStateRow>('users.role', 'users.email_verified');
      return prepared(database, 'sessions.account_state', query);
    },
  };
}

export type SessionsRepository = ReturnType<typeof sessionsRepository>;
