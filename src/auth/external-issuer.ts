import { LRUCache } from 'lru-cache';
import type { Caller, Role, Scope } from '../contract/types.ts';
import { UnauthenticatedError } from '../errors.ts';
import type { ActiveCredentials } from './active-credentials.ts';
import type { CredentialKind } from './credentials.ts';
import type { ExternalClaims, ExternalTokens } from './external-tokens.ts';
import type { IdentitiesService } from './identities.service.ts';

export interface ExternalIssuerOptions {
  readonly tokens: ExternalTokens;
  readonly identities: IdentitiesService;
  /** Reads how the account stands; the credential is the subject. */
  readonly active: ActiveCredentials;
  /** All scopes that there are. */
  readonly catalogue: readonly Scope[];
  /** The scopes that are of use to a role. */
  readonly scopesOf: (role: Role) => readonly Scope[];
}

const MOST_REMEMBERED = 50_000;

/** The tokens of another issuer that the operator trusts: Better Auth, or any provider of OpenID Connect. */
export function externalIssuer(options: ExternalIssuerOptions): CredentialKind {
  const { tokens, identities, active, catalogue, scopesOf } = options;
  /** Ids of the accounts by subject. */
  const linked = new LRUCache<string, string>({ max: MOST_REMEMBERED });

  const findCaller = async (claims: ExternalClaims, userId: string): Promise<Caller | undefined> => {
    const account = await active.find(userId, claims.subject);
    if (account === undefined) return undefined;
    const { authenticatedAt } = claims;
    // An issuer that knows our scopes can give fewer; with one that does not, the claim speaks of other things.
    const named = catalogue.filter((scope) => claims.scopes.includes(scope));
    const available = scopesOf(account.role);
    const scopes = named.length === 0 ? available : available.filter((scope) => named.includes(scope));
    return { principal: { userId, sessionId: null, scopes, authenticatedAt }, account };
  };

  return {
    recognises: tokens.recognises,
    authenticate: async (token) => {
      const claims = await tokens.verify(token);
      const known = linked.get(claims.subject);
      const caller = known === undefined ? undefined : await findCaller(claims, known);
      if (caller !== undefined) return caller;
      // Nobody has come with this identity yet, or the account is disabled or gone: who is deleted may start anew.
      const userId = await identities.findUser(claims);
      linked.set(claims.subject, userId);
      const found = await findCaller(claims, userId);
      if (found === undefined) throw new UnauthenticatedError('The account is disabled.');
      return found;
    },
  };
}
