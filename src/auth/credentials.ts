import type { Caller } from '../contract/types.ts';
import { UnauthenticatedError } from '../errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ActiveCredentials } from './active-credentials.ts';

/** One kind of token that may stand in the `Authorization` header. */
export interface CredentialKind {
  /** Tells by the form alone whether the token is of this kind; whether it is good is asked next. */
  recognises(token: string): boolean;
  /** @throws UnauthenticatedError */
  authenticate(token: string): Promise<Caller>;
}

/**
 * Lets the first kind that recognises a token check it. A kind that can't tell its own tokens by their form comes last.
 *
 * @throws UnauthenticatedError
 */
export function credentials(kinds: readonly CredentialKind[]) {
  return async (token: string): Promise<Caller> => {
    const kind = kinds.find((candidate) => candidate.recognises(token));
    if (kind === undefined) throw new UnauthenticatedError('The access token is not valid.');
    return kind.authenticate(token);
  };
}

export interface SessionCredentialsOptions {
  readonly accessTokens: AccessTokens;
  readonly sessions: ActiveCredentials;
}

/** The access tokens of sessions. Takes whatever no other kind has recognised. */
export function sessionCredentials({ accessTokens, sessions }: SessionCredentialsOptions): CredentialKind {
  return {
    recognises: () => true,
    authenticate: async (token) => {
      const principal = accessTokens.verify(token);
      const account = await sessions.find(principal.userId, principal.sessionId);
      if (account === undefined) throw new UnauthenticatedError('The session has ended.');
      return { principal, account };
    },
  };
}
