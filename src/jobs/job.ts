/** A kind of work that is done outside of requests. To add one, write one, and list it in `container/mailing.ts`. */
export interface Job<Data extends object = object> {
  /** Also the name of its queue; letters, digits, `_` and `-`. */
  readonly name: string;
  /** Attempts after the first, the pauses between them growing from `retryDelay` to `retryDelayMax` seconds. */
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  /** Seconds that an attempt may take. */
  readonly timeout: number;
  /** Seconds between two looks at the queue when it is empty. */
  readonly pollEvery: number;
  /** Jobs of this kind that an instance works on at once. */
  readonly concurrency: number;
  /** When it is run without being asked for, in cron's five fields, UTC; by one of the instances. */
  readonly schedule?: string;
  /**
   * Does the work. It may be done twice, when an instance dies before it has noted that it was done.
   *
   * @param signal aborted when the time is over or the server stops
   * @throws GiveUpError when another attempt would fail alike
   */
  run(data: Data, signal: AbortSignal): Promise<void>;
}

/** How housekeeping is done: once in a night, one at a time, again after a failure. */
export const NIGHTLY = {
  retryLimit: 3,
  retryDelay: 60,
  retryDelayMax: 3600,
  timeout: 600,
  pollEvery: 30,
  concurrency: 1,
} as const satisfies Partial<Job>;

/** No attempt after this one can succeed: the job goes to the dead letters at once. */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError';
}

/** Where the jobs end up that failed at every attempt, whatever kind they are. */
export const DEAD_LETTERS = 'dead_letters';

/** As much of an attempt as a trace tells of. */
export interface Attempt {
  readonly id: string;
  readonly data: object;
  /** Attempts before this one. */
  readonly retryCount: number;
}

/** Ties jobs to the requests that leave them. */
export interface JobTrace {
  /** What names the request that is under way; it is stored with the job. */
  carrier(): Readonly<Record<string, string>>;
  /** Does the work of one attempt. */
  attempt<Result extends { readonly status: string; readonly output?: unknown }>(
    job: string,
    attempt: Attempt,
    work: () => Promise<Result>,
  ): Promise<Result>;
}

/** As much of a logger as is needed. */
export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
