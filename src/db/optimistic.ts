import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';

const ATTEMPTS = 25;
/** Milliseconds by which the longest pause grows with each attempt. */
const PAUSE_STEP = 2;

/**
 * Repeats read, decide and conditional write until nobody else writes in between.
 *
 * @param attempt one round, the first of which is 1; undefined means that somebody else was faster
 * @throws UnavailableError when every round was lost
 */
export async function optimistically<T>(attempt: (round: number) => Promise<T | undefined>): Promise<T> {
  for (let round = 1; round <= ATTEMPTS; round += 1) {
    const result = await attempt(round);
    if (result !== undefined) return result;
    await sleep(Math.random() * PAUSE_STEP * round);
  }
  throw new UnavailableError('Too many changes are made to this resource at once.');
}
