import type { Caller } from '../contract/types.ts';
import { UnauthenticatedError } from '../errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ActiveCredentials } from './active-credentials.ts';

export interface CredentialsOptions {
  readonly accessTokens: AccessTokens;
  readonly sessions: ActiveCredentials;
}

/**
 * Tells by its form what kind of token it is, and lets that kind check it.
 *
 * @throws UnauthenticatedError
 */
export function credentials({ accessTokens, sessions }: CredentialsOptions) {
  return async (token: string): Promise<Caller> => {
    const principal = accessTokens.verify(token);
    const account = await sessions.find(principal.userId, principal.sessionId);
    if (account === undefined) throw new UnauthenticatedError('The session has ended.');
    return { principal, account };
  };
}
