import type { FindAccountState } from './active-credentials.ts';
import type { AccountStateRow } from './sessions.repository.ts';

/** Where credentials of one kind are kept. */
export interface UsedCredentials {
  findAccountState(
    userId: string,
    id: string,
    at: string,
  ): Promise<(AccountStateRow & { readonly last_used_at: string | null }) | undefined>;
  /** @param limit nothing is written for a credential that was used after this */
  noteUse(userId: string, id: string, at: string, limit: string): Promise<void>;
}

/** Milliseconds by which `last_used_at` may be late. The contract says the same in words. */
const PRECISION = 60_000;

/**
 * Reads how the account of a credential stands, and notes that the credential is used: at most once a minute, however
 * many servers there are, and while no request waits for it.
 *
 * @param report told when a use could not be noted
 */
export function notingUse(credentials: UsedCredentials, report: (error: unknown) => void): FindAccountState {
  return async (userId, id, at) => {
    const row = await credentials.findAccountState(userId, id, at);
    const limit = new Date(Date.parse(at) - PRECISION).toISOString();
    if (row !== undefined && (row.last_used_at === null || row.last_used_at <= limit)) {
      void credentials.noteUse(userId, id, at, limit).catch(report);
    }
    return row;
  };
}
