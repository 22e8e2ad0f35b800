/** A timer that is set to more than this fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface Limits {
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds; none left if it is not positive, no limit if it is `Infinity`. */
  readonly timeout: number;
  /** Makes the error for the signal's reason. */
  readonly onAbort: (reason: unknown) => Error;
  readonly onTimeout: () => Error;
}

/**
 * Does something for as long as the caller wants it and the time lasts, then rejects with the error of whichever ended
 * it, even if the work itself does not listen. Leaves no timer and no listener behind.
 */
export async function withLimits<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeout, onAbort, onTimeout } = limits;
  if (signal?.aborted) throw onAbort(signal.reason);
  if (timeout <= 0) throw onTimeout();
  const controller = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
  });
  const abort = (): void => controller.abort(onAbort(signal?.reason));
  const timer =
    timeout <= LONGEST_TIMER ? setTimeout(() => controller.abort(onTimeout()), timeout) : undefined;
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
