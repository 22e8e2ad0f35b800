import { UnavailableError } from '../errors.ts';

/** Counts how often something was done in a while. */
export interface Counter {
  readonly name: string;
  readonly quota: Quota;
  /** Counts one more. @throws CountersAwayError */
  count(key: string): Promise<Count>;
  /** Starts anew. @throws CountersAwayError */
  reset(key: string): Promise<void>;
}

/** So many in so many seconds; the seconds begin with the first. */
export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

export interface Count {
  readonly exceeded: boolean;
  /** How many more are allowed. */
  readonly remaining: number;
  /** Whole seconds, at least one, until the count starts anew. */
  readonly resetsIn: number;
}

/** Where counts are kept: in this process, or where several instances share them. */
export interface Counters {
  /** @param name unique among the counters; letters and dashes */
  create(name: string, quota: Quota): Counter;
  close(): Promise<void>;
}

/** For what must not be had for nothing. @throws UnavailableError while the counts can't be kept */
export async function countOrRefuse(counter: Counter, key: string): Promise<Count> {
  try {
    return await counter.count(key);
  } catch (cause) {
    if (!(cause instanceof CountersAwayError)) throw cause;
    throw uncountable(cause);
  }
}

/** What somebody is told whose request may not go on uncounted. */
export function uncountable(cause: CountersAwayError): UnavailableError {
  return new UnavailableError('The server can not count requests at the moment.', { cause });
}

/** What keeps the counts does not answer. */
export class CountersAwayError extends Error {
  override readonly name = 'CountersAwayError';
}
