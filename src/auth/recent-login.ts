import type { Principal } from '../contract/types.ts';
import { ReauthenticationRequiredError } from '../errors.ts';

/** Seconds that a login counts as recent. The contract's `reauthentication_required` says the same in words. */
const MAX_AGE = 300;

/**
 * For what can't be undone: whoever found an unlocked computer, or stole a refresh token, can't do it.
 *
 * @throws ReauthenticationRequiredError
 */
export function requireRecentLogin({ authenticatedAt }: Principal, now: Date): void {
  const age = authenticatedAt === null ? Number.POSITIVE_INFINITY : now.getTime() / 1000 - authenticatedAt;
  if (age > MAX_AGE) throw new ReauthenticationRequiredError(MAX_AGE);
}
