import { ApiError, ConnectionError, type TaskpactError, TimeoutError } from './errors.ts';

/** Milliseconds: the first wait is at most this long, each further one at most twice as long as the one before. */
const FIRST_WAIT = 500;
/** Milliseconds. */
const LONGEST_WAIT = 8_000;

/**
 * Milliseconds to wait before a retry when the server does not say: exponential, with full jitter, so that clients that
 * failed together do not come back together.
 *
 * @param retry 0 for the first one
 */
export function backoff(retry: number): number {
  return Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** retry);
}

/** Whether the same request may well succeed a little later. */
export function isTransient(error: TaskpactError): boolean {
  if (error instanceof ApiError) return error.status === 408 || error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError || error instanceof TimeoutError;
}

/**
 * Milliseconds that an answer asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date. Undefined when
 * there is none that makes sense.
 */
export function retryAfter(headers: Headers): number | undefined {
  const milliseconds = number(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get('retry-after');
  const seconds = number(value);
  if (seconds !== undefined) return seconds * 1000;
  if (value === null || !/[a-z]{3}/i.test(value)) return undefined;
  // Counted from the server's own clock where it tells the time: ours may be wrong.
  const wait = Date.parse(value) - Date.parse(headers.get('date') ?? new Date().toUTCString());
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function number(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
