import { LRUCache } from 'lru-cache';
import type { AccountState, Role } from '../contract/types.ts';
import type { AccountStateRow } from './sessions.repository.ts';

/**
 * Reads how the account of a credential (a session, a personal access token) stands.
 *
 * @param at now, in RFC 3339
 * @returns undefined when the credential or the account has ended
 */
export type FindAccountState = (
  userId: string,
  id: string,
  at: string,
) => Promise<AccountStateRow | undefined>;

export interface ActiveCredentials {
  /** How the account stands, as the database said at most ten seconds ago; undefined when the credential has ended. */
  find(userId: string, id: string): Promise<AccountState | undefined>;
  /** Ends a credential here at once, whatever is remembered or being read of it. Call it after the commit. */
  forget(id: string): void;
  /** Something about the account has changed: its credentials, of every kind, are read anew. Call it after the commit. */
  forgetAccount(userId: string): void;
}

/** What has happened to accounts on this server; shared by all kinds of credentials, so that each notices. */
export interface AccountChanges {
  /** How often something about the account has changed here. */
  of(userId: string): number;
  note(userId: string): void;
}

export function accountChanges(): AccountChanges {
  const changes = new LRUCache<string, number>({ max: MOST_REMEMBERED });
  let latest = 0;
  return {
    of: (userId) => changes.get(userId) ?? 0,
    note: (userId) => {
      latest += 1;
      changes.set(userId, latest);
    },
  };
}

/** Milliseconds for which another server's change may go unnoticed. */
const FRESHNESS = 10_000;
const MOST_REMEMBERED = 50_000;

interface Remembered {
  readonly account: AccountState;
  readonly readAt: number;
  /** What `AccountChanges` said of the account when it was read. */
  readonly change: number;
}

/**
 * Remembers which credentials of one kind are alive, so that most requests need no query for it.
 *
 * @param changes shared with the other kinds: `forgetAccount` of one is heard by all
 */
export function activeCredentials(
  read: FindAccountState,
  now: () => Date,
  changes: AccountChanges = accountChanges(),
): ActiveCredentials {
  // By user and credential: one that is alive is so for its own user only.
  const remembered = new LRUCache<string, Remembered>({ max: MOST_REMEMBERED });
  // Kept apart: an answer of the database that was read before the end, or the change, may arrive after it.
  const ended = new LRUCache<string, true>({ max: MOST_REMEMBERED });

  const readAnew = async (userId: string, id: string): Promise<AccountState | undefined> => {
    const key = `${userId} ${id}`;
    const time = now();
    const change = changes.of(userId);
    const row = await read(userId, id, time.toISOString());
    const account = row && { role: row.role as Role, emailVerified: row.email_verified };
    if (ended.has(id)) return undefined;
    if (change !== changes.of(userId)) return readAnew(userId, id);
    if (account === undefined) remembered.delete(key);
    else remembered.set(key, { account, readAt: time.getTime(), change });
    return account;
  };

  return {
    find: async (userId, id) => {
      if (ended.has(id)) return undefined;
      const known = remembered.get(`${userId} ${id}`);
      if (known !== undefined && known.change === changes.of(userId)) {
        const age = now().getTime() - known.readAt;
        // A negative age means that the clock was set back; that must not prolong what is remembered.
        if (age >= 0 && age < FRESHNESS) return known.account;
      }
      return readAnew(userId, id);
    },
    forget: (id) => void ended.set(id, true),
    forgetAccount: (userId) => changes.note(userId),
  };
}
