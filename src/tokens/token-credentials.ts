import { LRUCache } from 'lru-cache';
import type { ActiveCredentials } from '../auth/active-credentials.ts';
import type { CredentialKind } from '../auth/credentials.ts';
import { hashSecret } from '../auth/opaque-tokens.ts';
import { toScopes } from '../auth/scopes.ts';
import type { Caller, Role, Scope } from '../contract/types.ts';
import { UnauthenticatedError } from '../errors.ts';
import { isPersonalToken, type PersonalToken, parsePersonalToken } from './personal-tokens.ts';
import type { TokensRepository } from './tokens.repository.ts';

export interface TokenCredentialsOptions {
  readonly tokens: TokensRepository;
  readonly active: ActiveCredentials;
  /** What a token of somebody with that role may do at most. */
  readonly scopesOf: (role: Role) => readonly Scope[];
  readonly now: () => Date;
}

/** What never changes about a token. */
interface KnownToken {
  readonly id: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const MOST_REMEMBERED = 10_000;

/** Personal access tokens as credentials. They belong to no session, so they can do nothing that needs one. */
export function tokenCredentials({ tokens, active, scopesOf, now }: TokenCredentialsOptions): CredentialKind {
  // By the hash of the secret. Whether a token is still good is asked every time.
  const known = new LRUCache<string, KnownToken>({ max: MOST_REMEMBERED });

  const find = async (token: PersonalToken): Promise<KnownToken | undefined> => {
    const hash = hashSecret(token);
    const key = hash.toString('base64');
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const row = await tokens.findByHash(token.userId, hash);
    if (row === undefined) return undefined;
    const expiresAt = row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at);
    const found = { id: row.id, scopes: toScopes(row.scope), expiresAt };
    known.set(key, found);
    return found;
  };

  return {
    recognises: isPersonalToken,
    authenticate: async (text): Promise<Caller> => {
      const token = parsePersonalToken(text);
      const found = token && (await find(token));
      if (token === undefined || found === undefined || found.expiresAt <= now().getTime()) throw refusal();
      const account = await active.find(token.userId, found.id);
      if (account === undefined) throw refusal();
      // The account may have another role than when the token was made.
      const available = scopesOf(account.role);
      const scopes = found.scopes.filter((scope) => available.includes(scope));
      return { principal: { userId: token.userId, sessionId: null, scopes, authenticatedAt: null }, account };
    },
  };
}

/** Always the same, so that nobody learns what was nearly right. */
function refusal(): UnauthenticatedError {
  return new UnauthenticatedError('The personal access token is unknown, revoked or expired.');
}
