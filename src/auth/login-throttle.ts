import { createHash } from 'node:crypto';
import type { Audit } from '../audit.ts';
import { RateLimitedError } from '../errors.ts';
import { type Counters, countOrRefuse } from '../limits/counters.ts';
import { networkOf } from '../limits/networks.ts';

/**
 * Slows down who guesses passwords, without locking anybody out for good: what is counted is an account together with
 * an address, in two windows; and all guesses at an account, which only matter to addresses that it was never used from.
 */
export interface LoginThrottle {
  /**
   * Before a password is checked. Counts at once, so that attempts that run side by side are all counted.
   *
   * @throws RateLimitedError
   * @throws UnavailableError when the counts can't be kept: guessing must not be free then
   */
  attempt(attempt: LoginAttempt): Promise<void>;
  /** The password was right. */
  succeed(attempt: LoginAttempt): Promise<void>;
}

export interface LoginAttempt {
  /** Normalised; there need not be such an account, and whether there is makes no difference. */
  readonly email: string;
  readonly ip: string | null;
  /** Whether the account has been used from this address. */
  readonly isKnownAddress: () => Promise<boolean>;
}

export interface LoginThrottleOptions {
  readonly counters: Counters;
  readonly audit: Audit;
}

const SHORT = { requests: 10, seconds: 60 };
const LONG = { requests: 50, seconds: 3_600 };
const ACCOUNT = { requests: 100, seconds: 3_600 };

export function loginThrottle({ counters, audit }: LoginThrottleOptions): LoginThrottle {
  const short = counters.create('login-minute', SHORT);
  const long = counters.create('login-hour', LONG);
  const account = counters.create('login-account', ACCOUNT);

  const refuse = (ip: string | null, limit: string, seconds: number): never => {
    audit.record('login.throttled', { user: null, ip, limit });
    throw new RateLimitedError(seconds);
  };

  return {
    attempt: async ({ email, ip, isKnownAddress }) => {
      const { pair, person } = keysOf(email, ip);
      for (const counter of [short, long]) {
        const { exceeded, resetsIn } = await countOrRefuse(counter, pair);
        if (exceeded) refuse(ip, counter.name, resetsIn);
      }
      const { exceeded, resetsIn } = await countOrRefuse(account, person);
      if (exceeded && !(await isKnownAddress())) refuse(ip, account.name, resetsIn);
    },
    succeed: async ({ email, ip }) => {
      const { pair } = keysOf(email, ip);
      // Too many counts for a while are the worst that can come of a failure here.
      await Promise.allSettled([short.reset(pair), long.reset(pair)]);
    },
  };
}

/** Hashes: the store of counts need not know who tries to log in, nor how long an address can be. */
function keysOf(email: string, ip: string | null): { pair: string; person: string } {
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
  return { pair: hash(`${email} ${ip && networkOf(ip)}`), person: hash(email) };
}
