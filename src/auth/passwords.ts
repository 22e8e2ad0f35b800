import { availableParallelism } from 'node:os';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import { UnavailableError } from '../errors.ts';

export interface PasswordOptions {
  /** Rounds of bcrypt, as a power of two. */
  readonly cost: number;
  /**
   * Hashes that are computed at once; by default on half of the cores, so that logins leave room for everything else.
   * They occupy Node's thread pool, which file and name look-ups need too.
   */
  readonly concurrency?: number;
  /** Hashes that may wait for their turn; the next one is refused. */
  readonly queue?: number;
}

export interface Passwords {
  /** @throws UnavailableError when too many hashes wait already */
  hash(password: string): Promise<string>;
  /**
   * Takes as long without a hash as with one, so that the time does not tell whether the account exists.
   *
   * @throws UnavailableError when too many hashes wait already
   */
  verify(password: string, hash: string | null | undefined): Promise<boolean>;
  /** Whether the hash was made with another cost than today's. */
  isOutdated(hash: string): boolean;
}

/** Never all four threads of the pool. */
const HALF_OF_THE_CORES = Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2)));

const HASH_FORM = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

export function createPasswords({
  cost,
  concurrency = HALF_OF_THE_CORES,
  queue = 16,
}: PasswordOptions): Passwords {
  const limit = pLimit(concurrency);
  const bounded = <T>(work: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= queue) {
      throw new UnavailableError('Too many people are logging in at the moment.', { retryAfter: 2 });
    }
    return limit(work);
  };
  // A hash in form, of no password, at today's cost.
  const decoy = bcrypt.genSaltSync(cost).padEnd(60, '.');
  return {
    hash: async (password) => bounded(() => bcrypt.hash(password, cost)),
    verify: async (password, hash) => {
      const usable = typeof hash === 'string' && HASH_FORM.test(hash);
      const matches = await bounded(() => bcrypt.compare(password, usable ? hash : decoy));
      return usable && matches;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) !== cost,
  };
}
