import type { Knex } from 'knex';
import { type Database, prepared } from '../db/knex.ts';
import type { RefreshTokenRow, SessionRow } from '../db/tables.ts';

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

    /** Whether access tokens of the session are good: neither it nor the account has ended. */
    isActive: async (userId: string, id: string, at: string): Promise<boolean> => {
      const query = database('sessions')
        .join('users', 'users.id', 'sessions.user_id')
        .where({ 'sessions.user_id': userId, 'users.id': userId, 'sessions.id': id })
        .whereNull('sessions.revoked_at')
        .whereNull('users.disabled_at')
        .where('sessions.expires_at', '>', at)
        .first('sessions.id');
      return (await prepared(database, 'sessions.is_active', query)) !== undefined;
    },
  };
}

export type SessionsRepository = ReturnType<typeof sessionsRepository>;
