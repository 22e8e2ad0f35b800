import { LRUCache } from 'lru-cache';
import type { Principal } from '../contract/types.ts';
import type { SessionsRepository } from './sessions.repository.ts';

export interface ActiveSessions {
  /** Whether the principal's session is alive, as the database said at most ten seconds ago. */
  isActive(principal: Principal): Promise<boolean>;
  /** Ends the session here at once, whatever is remembered or being read of it. Call it after the commit. */
  forget(sessionId: string): void;
}

/** Milliseconds for which another server's revocation may go unnoticed. */
const FRESHNESS = 10_000;
const MOST_SESSIONS = 50_000;

/** Remembers which sessions are alive, so that most requests need no query for it. */
export function activeSessions(
  sessions: Pick<SessionsRepository, 'isActive'>,
  now: () => Date,
): ActiveSessions {
  // By user and session: a session that is alive is so for its own user only.
  const checkedAt = new LRUCache<string, number>({ max: MOST_SESSIONS });
  // Kept apart: an answer of the database that was read before the end may arrive after it.
  const ended = new LRUCache<string, true>({ max: MOST_SESSIONS });
  return {
    isActive: async ({ userId, sessionId }) => {
      if (ended.has(sessionId)) return false;
      const key = `${userId} ${sessionId}`;
      const time = now();
      const age = time.getTime() - (checkedAt.get(key) ?? Number.NEGATIVE_INFINITY);
      // A negative age means that the clock was set back; that must not prolong what is remembered.
      if (age >= 0 && age < FRESHNESS) return true;
      const active = await sessions.isActive(userId, sessionId, time.toISOString());
      if (active) checkedAt.set(key, time.getTime());
      else checkedAt.delete(key);
      return active && !ended.has(sessionId);
    },
    forget: (sessionId) => void ended.set(sessionId, true),
  };
}
