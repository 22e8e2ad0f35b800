import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import type { ActionTokenRow, UserRow } from '../db/tables.ts';
import { InvalidInputError } from '../errors.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { actionTokensRepository as tokens } from './action-tokens.repository.ts';
import { formatOpaqueToken, hashSecret, type OpaqueToken, parseOpaqueToken } from './opaque-tokens.ts';

/** What the link in a mail is good for. */
export type Purpose = 'verify_email' | 'reset_password' | 'change_email';

export interface NewActionToken {
  readonly userId: string;
  /** UUID. The same one again is the same token. */
  readonly id: string;
  readonly purpose: Purpose;
  /** The address that the link is sent to, which it proves. */
  readonly email: string;
  /** Seconds that it is good from now on. */
  readonly life: number;
}

/** A token that was good until this moment, and its account, locked. */
export interface Redeemed {
  readonly token: ActionTokenRow;
  readonly user: UserRow;
}

export interface ActionTokensOptions {
  readonly users: Pick<UsersRepository, 'lock'>;
  /** Derives the tokens' secrets. Known to the server alone. */
  readonly key: Buffer;
  readonly now: () => Date;
}

/** Mails of one kind that an account gets in an hour, whoever asks for them. */
const MOST_PER_HOUR = 5;
const HOUR = 3_600_000;

/**
 * Tokens that work once, for a purpose, for whoever reads an account's mail. A secret is derived from the token's id and a
 * key that is not in the database: so no copy of the database, queue included, holds a token that can be used, and a mail
 * that has to be sent again holds the same link.
 */
export function actionTokens({ users, key, now }: ActionTokensOptions) {
  const secretOf = (userId: string, id: string): OpaqueToken => ({
    userId,
    secret: createHmac('sha256', key).update(`${userId} ${id}`).digest(),
  });

  /** Finds the token, with its account locked. @throws InvalidInputError when it is not good for any of these */
  const check = async (
    trx: Knex.Transaction,
    text: string,
    purposes: readonly Purpose[],
  ): Promise<Redeemed> => {
    const given = parseOpaqueToken(text);
    // Of two who come with the same token, the second waits here until the first has used it.
    const user = given && (await users.lock(trx, given.userId));
    const token = given && (await tokens.findByHash(trx, given.userId, hashSecret(given)));
    const isKnown = token !== undefined && (purposes as readonly string[]).includes(token.purpose);
    if (!isKnown || user === undefined || user.disabled_at !== null) throw refusal('invalid');
    // A link that was sent to an address proves nothing about another one.
    const isForAddress = token.purpose === 'change_email' || token.email === user.email;
    if (token.used_at !== null || !isForAddress) throw refusal('invalid');
    if (Date.parse(token.expires_at) <= now().getTime()) throw refusal('expired');
    return { token, user };
  };

  return {
    /** Notes in the transaction of whoever asks for it what the token will be for, before it is issued. */
    prepare: async (trx: Knex.Transaction, token: NewActionToken): Promise<void> =>
      tokens.put(trx, toRow(token, hashSecret(secretOf(token.userId, token.id)), now())),

    /** What was prepared; undefined when there is nothing, or it is no longer wanted. */
    findPrepared: async (
      trx: Knex.Transaction,
      userId: string,
      id: string,
    ): Promise<ActionTokenRow | undefined> => {
      const token = await tokens.find(trx, { user_id: userId, id });
      return token?.used_at === null ? token : undefined;
    },

    /**
     * Makes the token good from now on, and every older one of its purpose useless.
     *
     * @returns the token to be sent; undefined when it was used or replaced before, or when there were too many of them
     */
    issue: async (trx: Knex.Transaction, wanted: NewActionToken): Promise<string | undefined> => {
      const at = now();
      const secret = secretOf(wanted.userId, wanted.id);
      const token = toRow(wanted, hashSecret(secret), at);
      await users.lock(trx, token.user_id);
      const others = await tokens.countOthers(trx, token, new Date(at.getTime() - HOUR).toISOString());
      if (others >= MOST_PER_HOUR) return undefined;
      await tokens.put(trx, token);
      if ((await tokens.find(trx, token))?.used_at !== null) return undefined;
      await tokens.voidOthers(trx, token, at.toISOString());
      return formatOpaqueToken(secret);
    },

    check,

    /** Makes every token of the account useless: who has asked for them may not have been its owner. */
    voidAll: async (trx: Knex.Transaction, userId: string): Promise<void> =>
      tokens.voidAll(trx, userId, now().toISOString()),

    /**
     * Uses the token up in the transaction of what it is for; if that is rolled back, it is good still.
     *
     * @throws InvalidInputError when it is unknown, used, replaced, expired or for something else
     */
    redeem: async (trx: Knex.Transaction, text: string, purposes: readonly Purpose[]): Promise<Redeemed> => {
      const good = await check(trx, text, purposes);
      await tokens.markUsed(trx, good.token, now().toISOString());
      return good;
    },
  };
}

export type ActionTokens = ReturnType<typeof actionTokens>;

function toRow({ userId, id, purpose, email, life }: NewActionToken, hash: Buffer, at: Date): ActionTokenRow {
  return {
    user_id: userId,
    id,
    purpose,
    token_hash: hash,
    email,
    created_at: at.toISOString(),
    expires_at: new Date(at.getTime() + life * 1000).toISOString(),
    used_at: null,
  };
}

function refusal(code: 'invalid' | 'expired'): InvalidInputError {
  const message =
    code === 'expired' ? 'has expired' : 'is not valid, was used, or was replaced by a newer one';
  return new InvalidInputError([{ pointer: '/token', code, message: `${message}; ask for a new link` }]);
}
