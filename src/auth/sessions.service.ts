import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { ClientInfo, Principal, Schemas, Scope } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { SessionRow, UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { InvalidRefreshTokenError } from '../errors.ts';
import { toUser } from '../users/users.mapper.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ActiveCredentials } from './active-credentials.ts';
import {
  formatRefreshToken,
  hashSecret,
  newRefreshToken,
  parseRefreshToken,
  type RefreshToken,
  successorOf,
} from './refresh-tokens.ts';
import { toSession } from './sessions.mapper.ts';
import type { SessionsRepository } from './sessions.repository.ts';

export interface SessionsServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: SessionsRepository;
  readonly active: ActiveCredentials;
  readonly accessTokens: AccessTokens;
  /** Derives the next refresh token from one. */
  readonly successorKey: Buffer;
  /** Seconds that a session lives without being used. */
  readonly refreshTokenTtl: number;
  /** Seconds that a session lives at most. */
  readonly sessionMaxAge: number;
  /** Sessions that an account has at most. */
  readonly mostSessions: number;
  readonly now: () => Date;
}

/** Milliseconds in which a refresh token may be sent again because its answer got lost. */
const GRACE = 10_000;
const LONGEST_USER_AGENT = 300;

/** What a refresh came to. Not thrown inside the transaction: a revocation has to be committed before the refusal. */
type Rotation =
  | { readonly kind: 'rotated'; readonly session: SessionRow; readonly token: RefreshToken }
  | { readonly kind: 'reused'; readonly sessionId: string }
  | { readonly kind: 'refused' };

/** Opens, prolongs and ends sessions. A session is a family of refresh tokens, of which one is good at a time. */
export function sessionsService(options: SessionsServiceOptions) {
  const { database, users, sessions, active, accessTokens, successorKey, now } = options;

  const tokenSet = (user: UserRow, session: SessionRow, token: RefreshToken): Schemas['TokenSet'] => {
    const scopes = session.scope.split(' ') as Scope[];
    return {
      access_token: accessTokens.sign({
        userId: user.id,
        sessionId: session.id,
        scopes,
        authenticatedAt: Math.floor(Date.parse(session.created_at) / 1000),
      }),
      refresh_token: formatRefreshToken(token),
      token_type: 'Bearer',
      expires_in: accessTokens.ttl,
      scope: session.scope,
      user: toUser(user),
    };
  };

  const storeToken = async (
    trx: Knex.Transaction,
    session: SessionRow,
    token: RefreshToken,
  ): Promise<void> => {
    const idleEnd = later(now(), options.refreshTokenTtl).toISOString();
    await sessions.insertToken(trx, {
      user_id: session.user_id,
      id: uuidv7(),
      session_id: session.id,
      token_hash: hashSecret(token),
      created_at: now().toISOString(),
      // Use never prolongs a session beyond its own end.
      expires_at: idleEnd < session.expires_at ? idleEnd : session.expires_at,
      used_at: null,
    });
  };

  /** Uses up the token and stores its successor, or finds out why that can't be. */
  const rotate = async (trx: Knex.Transaction, token: RefreshToken): Promise<Rotation> => {
    const at = now();
    const known = await sessions.findToken(trx, token.userId, hashSecret(token));
    if (known === undefined) return { kind: 'refused' };
    const session = await sessions.lock(trx, token.userId, known.session_id);
    if (session === undefined || session.revoked_at !== null || hasPassed(session.expires_at, at)) {
      return { kind: 'refused' };
    }
    // Read again: somebody else may have used it while we waited for the lock.
    const stored = await sessions.findToken(trx, token.userId, hashSecret(token));
    if (stored === undefined || hasPassed(stored.expires_at, at)) return { kind: 'refused' };
    const successor = successorOf(token, successorKey);
    if (stored.used_at === null) {
      await sessions.markUsed(trx, stored, at.toISOString());
      await storeToken(trx, session, successor);
      return { kind: 'rotated', session, token: successor };
    }
    const next = await sessions.findToken(trx, token.userId, hashSecret(successor));
    const isFresh = !hasPassed(stored.used_at, new Date(at.getTime() - GRACE));
    if (isFresh && next?.used_at === null) return { kind: 'rotated', session, token: successor };
    await sessions.revoke(trx, session.user_id, session.id, at.toISOString(), 'refresh token reused');
    return { kind: 'reused', sessionId: session.id };
  };

  return {
    /** Starts a session in the transaction of whatever allows it. */
    open: async (
      trx: Knex.Transaction,
      user: UserRow,
      scopes: readonly Scope[],
      client: ClientInfo,
    ): Promise<Schemas['TokenSet']> => {
      const at = now();
      const session: SessionRow = {
        user_id: user.id,
        id: uuidv7(),
        scope: scopes.join(' '),
        user_agent: client.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
        ip: client.ip,
        created_at: at.toISOString(),
        last_used_at: at.toISOString(),
        expires_at: later(at, options.sessionMaxAge).toISOString(),
        revoked_at: null,
        revoked_reason: null,
      };
      const token = newRefreshToken(user.id);
      await sessions.insert(trx, session);
      await storeToken(trx, session, token);
      return tokenSet(user, session, token);
    },

    /**
     * Ends all sessions of the account, or all but one, in the transaction of whatever demands it.
     *
     * @returns to be called after the commit: makes this server notice at once
     */
    endAll: async (
      trx: Knex.Transaction,
      userId: string,
      reason: string,
      exceptId: string | null = null,
    ): Promise<() => void> => {
      const ended = await sessions.revokeAll(trx, userId, now().toISOString(), reason, exceptId);
      return () => {
        for (const id of ended) active.forget(id);
        active.forgetAccount(userId);
      };
    },

    /** @throws InvalidRefreshTokenError */
    refresh: async (text: string): Promise<Schemas['TokenSet']> => {
      const token = parseRefreshToken(text);
      const user = token && (await users.findById(token.userId));
      if (token === undefined || user === undefined || user.disabled_at !== null) {
        throw new InvalidRefreshTokenError();
      }
      const rotation = await transaction(database, (trx) => rotate(trx, token));
      if (rotation.kind === 'rotated') return tokenSet(user, rotation.session, rotation.token);
      if (rotation.kind === 'reused') active.forget(rotation.sessionId);
      throw new InvalidRefreshTokenError();
    },

    /** Ends the token's session; does nothing when there is none. */
    end: async (text: string): Promise<void> => {
      const token = parseRefreshToken(text);
      if (token === undefined) return;
      const ended = await transaction(database, async (trx) => {
        const stored = await sessions.findToken(trx, token.userId, hashSecret(token));
        if (stored === undefined) return undefined;
        await sessions.revoke(trx, token.userId, stored.session_id, now().toISOString(), 'logout');
        return stored.session_id;
      });
      // After the commit: before it, a request could read the session as alive and remember that.
      if (ended !== undefined) active.forget(ended);
    },

    /** Those that are alive, the one that was used last first. */
    list: async ({ userId, sessionId }: Principal): Promise<Schemas['SessionList']> => {
      const rows = await sessions.findActive(userId, now().toISOString(), options.mostSessions);
      return { items: rows.map((row) => toSession(row, sessionId)) };
    },
  };
}

export type SessionsService = ReturnType<typeof sessionsService>;

function later(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

function hasPassed(timestamp: string, at: Date): boolean {
  return Date.parse(timestamp) <= at.getTime();
}
