import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { Audit, SecurityDetails } from '../audit.ts';
import type { ClientInfo, Principal, Role, Schemas, Scope } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { SessionRow, UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { InvalidRefreshTokenError, NotFoundError } from '../errors.ts';
import { toUser } from '../users/users.mapper.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ActiveCredentials } from './active-credentials.ts';
import { formatOpaqueToken, hashSecret, parseOpaqueToken } from './opaque-tokens.ts';
import type { LiveToken, TokenRotation } from './rotation.ts';
import { toScopes } from './scopes.ts';
import { toSession } from './sessions.mapper.ts';
import type { SessionsRepository } from './sessions.repository.ts';

export interface SessionsServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: SessionsRepository;
  readonly rotation: TokenRotation;
  readonly active: ActiveCredentials;
  readonly accessTokens: AccessTokens;
  /** The scopes that are of use to a role. */
  readonly scopesOf: (role: Role) => readonly Scope[];
  /** Seconds that a session lives at most. */
  readonly sessionMaxAge: number;
  /** Sessions that an account has at most. */
  readonly mostSessions: number;
  /** Characters that are kept of what a client calls itself. */
  readonly longestUserAgent: number;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Tokens that were given out. */
export interface IssuedTokens {
  readonly sessionId: string;
  readonly tokenSet: Schemas['TokenSet'] & { readonly refresh_token: string };
  /** Seconds that the refresh token is good. */
  readonly refreshTokenLife: number;
}

/** Who ends sessions, where that is not their own user, and from where. */
type EndedBy = Partial<Pick<SecurityDetails, 'actor' | 'ip'>>;

/** Opens, prolongs, lists and ends sessions. */
export function sessionsService(options: SessionsServiceOptions) {
  const { database, users, sessions, rotation, active, accessTokens, scopesOf, audit, now } = options;

  const issue = (user: UserRow, session: SessionRow, { token, expiresAt }: LiveToken): IssuedTokens => {
    // The account may have another role than when the session began.
    const available = scopesOf(user.role as Role);
    const scopes = toScopes(session.scope).filter((scope) => available.includes(scope));
    const tokenSet = {
      access_token: accessTokens.sign({
        userId: user.id,
        sessionId: session.id,
        scopes,
        authenticatedAt: Math.floor(Date.parse(session.created_at) / 1000),
      }),
      refresh_token: formatOpaqueToken(token),
      token_type: 'Bearer' as const,
      expires_in: accessTokens.ttl,
      scope: scopes.join(' '),
      user: toUser(user),
    };
    const refreshTokenLife = Math.max(0, Math.floor((Date.parse(expiresAt) - now().getTime()) / 1000));
    return { sessionId: session.id, tokenSet, refreshTokenLife };
  };

  /** Makes this server notice at once. After the commit: before it, a request could read and remember them as alive. */
  const noteEnd = (userId: string, ids: readonly string[], reason: string, by: EndedBy = {}): void => {
    for (const id of ids) active.forget(id);
    const { actor, ip = null } = by;
    const details = { user: userId, ...(actor !== undefined && { actor }), sessions: ids, reason, ip };
    if (ids.length > 0) audit.record('session.ended', details);
  };

  const endAll = async (
    trx: Knex.Transaction,
    userId: string,
    reason: string,
    exceptId: string | null = null,
    by: EndedBy = {},
  ): Promise<() => void> => {
    const ended = await sessions.revokeAll(trx, userId, now().toISOString(), reason, exceptId);
    return () => {
      noteEnd(userId, ended, reason, by);
      active.forgetAccount(userId);
    };
  };

  const endOne = async (userId: string, id: string, reason: string, client: ClientInfo): Promise<boolean> => {
    const ended = await sessions.revoke(database, userId, id, now().toISOString(), reason);
    if (ended) noteEnd(userId, [id], reason, client);
    return ended;
  };

  const refreshing = new Map<string, Promise<IssuedTokens>>();
  const refresh = async (text: string, client: ClientInfo): Promise<IssuedTokens> => {
    const token = parseOpaqueToken(text);
    const user = token && (await users.findById(token.userId));
    if (token === undefined || user === undefined || user.disabled_at !== null) {
      throw new InvalidRefreshTokenError();
    }
    const result = await rotation.rotate(token);
    if (result.kind === 'rotated') return issue(user, result.session, result.next);
    if (result.kind === 'reused') {
      audit.record('refresh_token.reused', { user: user.id, session: result.session.id, ip: client.ip });
      noteEnd(user.id, [result.session.id], 'refresh token reused', client);
    }
    throw new InvalidRefreshTokenError();
  };

  return {
    /**
     * Starts a session in the transaction of whatever allows it, which holds the lock of the account's row: so nobody
     * else counts sessions meanwhile, and none begins while all are being ended.
     *
     * @returns the tokens, and what is to be called after the commit
     */
    open: async (
      trx: Knex.Transaction,
      user: UserRow,
      scopes: readonly Scope[],
      client: ClientInfo,
    ): Promise<{ issued: IssuedTokens; committed: () => void }> => {
      const at = now();
      const session: SessionRow = {
        user_id: user.id,
        id: uuidv7(),
        scope: scopes.join(' '),
        user_agent: client.userAgent?.slice(0, options.longestUserAgent) ?? null,
        ip: client.ip,
        created_at: at.toISOString(),
        last_used_at: at.toISOString(),
        expires_at: new Date(at.getTime() + options.sessionMaxAge * 1000).toISOString(),
        revoked_at: null,
        revoked_reason: null,
      };
      await sessions.deleteExpired(trx, user.id, session.created_at);
      const reason = 'too many sessions';
      const keep = options.mostSessions - 1;
      const ended = await sessions.revokeLeastUsed(trx, user.id, keep, session.created_at, reason);
      await sessions.insert(trx, session);
      const issued = issue(user, session, await rotation.begin(trx, session));
      return { issued, committed: () => noteEnd(user.id, ended, reason, client) };
    },

    /**
     * Ends all sessions of the account, or all but one, in the transaction of whatever demands it.
     *
     * @returns to be called after the commit: makes this server notice at once
     */
    endAll,

    /** Whether the account has been used from there. */
    isKnownAddress: async (userId: string, ip: string | null): Promise<boolean> =>
      ip !== null && sessions.existsFrom(userId, ip),

    /**
     * Exchanges a refresh token. Requests that bring the same one at the same time share one exchange; an answer like the
     * first one's is what the grace time gives them anyway.
     *
     * @throws InvalidRefreshTokenError
     */
    refresh: (text: string, client: ClientInfo): Promise<IssuedTokens> => {
      const running = refreshing.get(text) ?? refresh(text, client).finally(() => refreshing.delete(text));
      refreshing.set(text, running);
      return running;
    },

    /** Ends the token's session; does nothing when there is none. */
    end: async (text: string, client: ClientInfo): Promise<void> => {
      const token = parseOpaqueToken(text);
      const stored = token && (await sessions.findToken(database, token.userId, hashSecret(token)));
      if (stored !== undefined) await endOne(stored.user_id, stored.session_id, 'logout', client);
    },

    /** Those that are alive, the one that was used last first. */
    list: async ({ userId, sessionId }: Principal): Promise<Schemas['SessionList']> => {
      const rows = await sessions.findActive(userId, now().toISOString(), options.mostSessions);
      return { items: rows.map((row) => toSession(row, sessionId)) };
    },

    /** Ends all but the one that asks. */
    revokeOthers: async ({ userId, sessionId }: Principal, client: ClientInfo): Promise<void> => {
      const committed = await transaction(database, (trx) =>
        endAll(trx, userId, 'revoked by the user', sessionId, client),
      );
      committed();
    },

    /** @throws NotFoundError when the user has no such session that is alive */
    revoke: async (userId: string, id: string, client: ClientInfo): Promise<void> => {
      if (!(await endOne(userId, id, 'revoked by the user', client))) throw new NotFoundError('session');
    },
  };
}

export type SessionsService = ReturnType<typeof sessionsService>;
