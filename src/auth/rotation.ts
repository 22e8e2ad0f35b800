import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../db/knex.ts';
import type { SessionRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { UnavailableError } from '../errors.ts';
import type { Secrets } from '../keys.ts';
import { hashSecret, newOpaqueToken, type OpaqueToken } from './opaque-tokens.ts';
import { successorOf } from './refresh-tokens.ts';
import type { SessionsRepository } from './sessions.repository.ts';

export interface RotationOptions {
  readonly database: Database;
  readonly sessions: SessionsRepository;
  /** Derive the next refresh token from one: the first does, the others did. */
  readonly successorKeys: Secrets<Buffer>;
  /** Seconds that a session lives without being used. */
  readonly refreshTokenTtl: number;
  readonly now: () => Date;
}

/** A token that is good, and until when. */
export interface LiveToken {
  readonly token: OpaqueToken;
  readonly expiresAt: string;
}

/** What a refresh came to. Not thrown inside the transaction: a revocation has to be committed before the refusal. */
export type Rotation =
  | { readonly kind: 'rotated'; readonly session: SessionRow; readonly next: LiveToken }
  | { readonly kind: 'reused'; readonly session: SessionRow }
  | { readonly kind: 'refused' };

/** Milliseconds in which a refresh token may be sent again because its answer got lost. */
const GRACE = 10_000;

/** Milliseconds: how long a refresh waits for another one of the same session, and between two looks at most. */
const WAIT = { total: 3_000, first: 10, longest: 250 };

/**
 * A session is a family of refresh tokens, of which one is good at a time (RFC 9700 section 4.14.2): each works once and
 * has one successor. Used ones stay, so that using one again is noticed.
 */
export function tokenRotation(options: RotationOptions) {
  const { database, sessions, successorKeys, refreshTokenTtl, now } = options;

  const store = async (
    trx: Knex.Transaction,
    session: SessionRow,
    token: OpaqueToken,
  ): Promise<LiveToken> => {
    const at = now();
    const idleEnd = new Date(at.getTime() + refreshTokenTtl * 1000).toISOString();
    // Use never prolongs a session beyond its own end.
    const expiresAt = idleEnd < session.expires_at ? idleEnd : session.expires_at;
    await sessions.insertToken(trx, {
      user_id: session.user_id,
      id: uuidv7(),
      session_id: session.id,
      token_hash: hashSecret(token),
      created_at: at.toISOString(),
      expires_at: expiresAt,
      used_at: null,
    });
    return { token, expiresAt };
  };

  /** The successor that the token was given, by whichever key. */
  const findSuccessor = async (trx: Knex.Transaction, token: OpaqueToken): Promise<LiveToken | undefined> => {
    for (const key of successorKeys) {
      const successor = successorOf(token, key);
      const stored = await sessions.findToken(trx, token.userId, hashSecret(successor));
      if (stored?.used_at === null) return { token: successor, expiresAt: stored.expires_at };
    }
    return undefined;
  };

  /** @returns undefined when somebody else has the session's lock */
  const tryToRotate = async (
    trx: Knex.Transaction,
    token: OpaqueToken,
    sessionId: string,
  ): Promise<Rotation | undefined> => {
    const at = now();
    const session = await sessions.lockIfFree(trx, token.userId, sessionId);
    if (session === undefined) return undefined;
    if (session.revoked_at !== null || hasPassed(session.expires_at, at)) return { kind: 'refused' };
    const stored = await sessions.findToken(trx, token.userId, hashSecret(token));
    if (stored === undefined || hasPassed(stored.expires_at, at)) return { kind: 'refused' };
    if (stored.used_at === null) {
      await sessions.markUsed(trx, stored, at.toISOString());
      return {
        kind: 'rotated',
        session,
        next: await store(trx, session, successorOf(token, successorKeys[0])),
      };
    }
    const isFresh = !hasPassed(stored.used_at, new Date(at.getTime() - GRACE));
    const next = isFresh ? await findSuccessor(trx, token) : undefined;
    if (next !== undefined) return { kind: 'rotated', session, next };
    await sessions.revoke(trx, session.user_id, session.id, at.toISOString(), 'refresh token reused');
    return { kind: 'reused', session };
  };

  return {
    /** The first token of a session. */
    begin: (trx: Knex.Transaction, session: SessionRow): Promise<LiveToken> =>
      store(trx, session, newOpaqueToken(session.user_id)),

    /**
     * Uses up a token and stores its successor, or finds out why that can't be. Waits for the session outside of the
     * transaction, so that waiting takes no connection from other requests.
     *
     * @throws UnavailableError when the session stays locked
     */
    rotate: async (token: OpaqueToken): Promise<Rotation> => {
      const giveUpAt = performance.now() + WAIT.total;
      for (let pause = WAIT.first; ; pause = Math.min(2 * pause, WAIT.longest)) {
        const known = await sessions.findToken(database, token.userId, hashSecret(token));
        if (known === undefined) return { kind: 'refused' };
        const rotation = await transaction(database, (trx) => tryToRotate(trx, token, known.session_id));
        if (rotation !== undefined) return rotation;
        if (performance.now() > giveUpAt) throw new UnavailableError('The session is in use. Try again.');
        await sleep(pause * (0.5 + Math.random() / 2));
      }
    },
  };
}

export type TokenRotation = ReturnType<typeof tokenRotation>;

function hasPassed(timestamp: string, at: Date): boolean {
  return Date.parse(timestamp) <= at.getTime();
}
