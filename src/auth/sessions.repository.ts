import type { Knex } from 'knex';
import { type Database, prepared } from '../db/knex.ts';
import type { RefreshTokenRow, SessionRow, UserRow } from '../db/tables.ts';

/** What of an account decides about its requests. */
export type AccountStateRow = Pick<UserRow, 'role' | 'email_verified'>;

/** The same, and when the session was used last as far as the database knows. */
export type SessionStateRow = AccountStateRow & Pick<SessionRow, 'last_used_at'>;

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

    findToken: async (knex: Knex, userId: string, tokenHash: Buffer): Promise<RefreshTokenRow | undefined> =>
      knex<RefreshTokenRow>('refresh_tokens').where({ user_id: userId, token_hash: tokenHash }).first(),

    /**
     * Locks the session, so that its tokens are used one after the other.
     *
     * @returns undefined when somebody else has the lock, or the session is gone
     */
    lockIfFree: async (trx: Knex.Transaction, userId: string, id: string): Promise<SessionRow | undefined> =>
      trx<SessionRow>('sessions').where({ user_id: userId, id }).forUpdate().skipLocked().first(),

    /** Whether there has been a session from that address. */
    existsFrom: async (userId: string, ip: string): Promise<boolean> => {
      const query = database<SessionRow>('sessions').where({ user_id: userId, ip }).first('id');
      return (await prepared(database, 'sessions.exists_from', query)) !== undefined;
    },

    markUsed: async (trx: Knex.Transaction, token: RefreshTokenRow, at: string): Promise<void> => {
      const { user_id, id, session_id } = token;
      await trx<RefreshTokenRow>('refresh_tokens').where({ user_id, id }).update({ used_at: at });
      await trx<SessionRow>('sessions').where({ user_id, id: session_id }).update({ last_used_at: at });
    },

    /** @returns whether there was such a session that was alive */
    revoke: async (knex: Knex, userId: string, id: string, at: string, reason: string): Promise<boolean> => {
      const ended = await knex<SessionRow>('sessions')
        .where({ user_id: userId, id, revoked_at: null })
        .where('expires_at', '>', at)
        .update({ revoked_at: at, revoked_reason: reason });
      return ended > 0;
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

    /** Ends all that are alive but for so many, those that were used last. @returns the ids of those that were ended */
    revokeLeastUsed: async (
      trx: Knex.Transaction,
      userId: string,
      keep: number,
      at: string,
      reason: string,
    ): Promise<string[]> => {
      const tooMany = trx<SessionRow>('sessions')
        .where({ user_id: userId, revoked_at: null })
        .orderBy(LAST_USED_FIRST)
        .offset(keep)
        .select('id');
      const ended = await trx<SessionRow>('sessions')
        .where({ user_id: userId })
        .whereIn('id', tooMany)
        .update({ revoked_at: at, revoked_reason: reason })
        .returning('id');
      return ended.map(({ id }) => id);
    },

    /** Removes those that are over however much they were used, with their tokens: none of them could be abused. */
    deleteExpired: async (trx: Knex.Transaction, userId: string, at: string): Promise<void> => {
      await trx<SessionRow>('sessions').where({ user_id: userId }).where('expires_at', '<=', at).delete();
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

    /** @param limit nothing is written for a session that was used after this */
    noteUse: async (userId: string, id: string, at: string, limit: string): Promise<void> => {
      await database<SessionRow>('sessions')
        .where({ user_id: userId, id })
        .where('last_used_at', '<=', limit)
        .update({ last_used_at: at });
    },

    /** How the account stands, if access tokens of the session are good: neither it nor the account has ended. */
    findAccountState: async (
      userId: string,
      id: string,
      at: string,
    ): Promise<SessionStateRow | undefined> => {
      const query = database('sessions')
        .join('users', 'users.id', 'sessions.user_id')
        .where({ 'sessions.user_id': userId, 'users.id': userId, 'sessions.id': id })
        .whereNull('sessions.revoked_at')
        .whereNull('users.disabled_at')
        .where('sessions.expires_at', '>', at)
        .first<SessionStateRow>('users.role', 'users.email_verified', 'sessions.last_used_at');
      return prepared(database, 'sessions.account_state', query);
    },
  };
}

export type SessionsRepository = ReturnType<typeof sessionsRepository>;
