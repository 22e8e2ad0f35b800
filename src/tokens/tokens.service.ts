import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { Audit } from '../audit.ts';
import type { ActiveCredentials } from '../auth/active-credentials.ts';
import { hashSecret, newOpaqueToken } from '../auth/opaque-tokens.ts';
import type { ClientInfo, Principal, Role, Schemas, Scope } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { PersonalTokenRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { ConflictError, type FieldFault, InvalidInputError, NotFoundError } from '../errors.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { accountIsGone } from '../users/users.service.ts';
import { formatPersonalToken, prefixOf } from './personal-tokens.ts';
import { toAccessToken } from './tokens.mapper.ts';
import type { TokensRepository } from './tokens.repository.ts';

export interface TokensServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly tokens: TokensRepository;
  readonly active: ActiveCredentials;
  /** What a token of somebody with that role may do at most. */
  readonly scopesOf: (role: Role) => readonly Scope[];
  /** Tokens that an account has at most. */
  readonly mostTokens: number;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Makes, lists and revokes personal access tokens. */
export function tokensService(options: TokensServiceOptions) {
  const { database, users, tokens, active, scopesOf, mostTokens, audit, now } = options;

  const toRow = (
    userId: string,
    body: Schemas['AccessTokenCreate'],
  ): Omit<PersonalTokenRow, SecretColumn> => ({
    user_id: userId,
    id: uuidv7(),
    name: body.name,
    scope: body.scopes.join(' '),
    created_at: now().toISOString(),
    last_used_at: null,
    expires_at: body.expires_at === null ? null : new Date(body.expires_at).toISOString(),
  });

  return {
    /** The newest first. */
    list: async (userId: string): Promise<Schemas['AccessTokenList']> => ({
      items: (await tokens.findAll(userId)).map(toAccessToken),
    }),

    /**
     * The answer is the only place where the token ever is.
     *
     * @throws InvalidInputError for a scope that the session or the role does not have, or an end in the past
     * @throws ConflictError when there are too many already
     */
    create: async (
      { userId, scopes }: Principal,
      body: Schemas['AccessTokenCreate'],
      client: ClientInfo,
    ): Promise<Schemas['CreatedAccessToken']> => {
      const secret = newOpaqueToken(userId);
      const token = formatPersonalToken(secret);
      const row = await transaction(database, async (trx) => {
        // Locked, so that two at once can't both be the last that is allowed.
        const user = await users.lock(trx, userId);
        if (user === undefined) throw accountIsGone();
        const available = scopesOf(user.role as Role).filter((scope) => scopes.includes(scope));
        const faults = [...scopeFaults(body.scopes, available), ...expiryFaults(body.expires_at, now())];
        if (faults.length > 0) throw new InvalidInputError(faults);
        if ((await tokens.count(trx, userId)) >= mostTokens) {
          throw new ConflictError('conflict', `There are ${mostTokens} tokens already. Revoke one first.`);
        }
        const made = { ...toRow(userId, body), prefix: prefixOf(token), token_hash: hashSecret(secret) };
        await tokens.insert(trx, made);
        return made;
      });
      const details = { token: row.id, scopes: body.scopes, expires: row.expires_at, ip: client.ip };
      audit.record('access_token.created', { user: userId, ...details });
      return { token, access_token: toAccessToken(row) };
    },

    /** @throws NotFoundError when the user has no such token */
    revoke: async (userId: string, id: string, client: ClientInfo): Promise<void> => {
      if (!(await tokens.delete(userId, id))) throw new NotFoundError('token');
      active.forget(id);
      audit.record('access_token.revoked', { user: userId, token: id, ip: client.ip });
    },

    /**
     * Revokes all of an account's tokens, in the transaction of whatever demands it.
     *
     * @returns to be called after the commit: makes this server notice at once
     */
    revokeAll: async (trx: Knex.Transaction, userId: string): Promise<() => void> => {
      const revoked = await tokens.deleteAll(trx, userId);
      return () => {
        for (const id of revoked) {
          active.forget(id);
          audit.record('access_token.revoked', { user: userId, token: id });
        }
      };
    },
  };
}

export type TokensService = ReturnType<typeof tokensService>;

type SecretColumn = 'prefix' | 'token_hash';

function scopeFaults(wanted: readonly Scope[], available: readonly Scope[]): FieldFault[] {
  const message = 'is not among the scopes of this session';
  return wanted.flatMap((scope, index) =>
    available.includes(scope) ? [] : [{ pointer: `/scopes/${index}`, code: 'not_allowed', message }],
  );
}

/** The year 9999 is the last that RFC 3339 can write; an offset may lead beyond it. */
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

function expiryFaults(expiresAt: string | null, at: Date): FieldFault[] {
  if (expiresAt === null) return [];
  const instant = Date.parse(expiresAt);
  const pointer = '/expires_at';
  if (instant <= at.getTime()) return [{ pointer, code: 'expired', message: 'is not in the future' }];
  return instant > LAST_INSTANT ? [{ pointer, code: 'too_big', message: 'is too far in the future' }] : [];
}
