import type { FindAccountState } from './active-credentials.ts';
import type { SessionsRepository } from './sessions.repository.ts';

/** Milliseconds by which `last_used_at` may be late. The contract says the same in words. */
const PRECISION = 60_000;

/**
 * Reads how the account of a session stands, and notes that the session is used. Written at most once a minute for each
 * session, however many servers there are, and while no request waits for it.
 *
 * @param report told when a use could not be noted
 */
export function notingUse(sessions: SessionsRepository, report: (error: unknown) => void): FindAccountState {
  return async (userId, id, at) => {
    const row = await sessions.findAccountState(userId, id, at);
    const limit = new Date(Date.parse(at) - PRECISION).toISOString();
    if (row !== undefined && row.last_used_at <= limit) {
      void sessions.noteUse(userId, id, at, limit).catch(report);
    }
    return row;
  };
}
