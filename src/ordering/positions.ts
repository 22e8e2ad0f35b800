import { randomInt } from 'node:crypto';
import { generateKeyBetween } from 'fractional-indexing';

/** In the order of their characters, which is the order of the column's collation "C". */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Digits of the integer part, and the letter that says so (fractional indexing: `a` is one digit, `b` two, ...). */
const LENGTH = 10;
const HEAD = 'j';
/** Places within a millisecond. */
const PER_MILLISECOND = 100_000;

/** A place after all that were given before: made of the time, so that nothing has to be read or locked for it. */
export function lastPosition(now: Date): string {
  let rest = BigInt(now.getTime()) * BigInt(PER_MILLISECOND) + BigInt(randomInt(PER_MILLISECOND));
  let digits = '';
  while (digits.length < LENGTH) {
    digits = DIGITS[Number(rest % 62n)] + digits;
    rest /= 62n;
  }
  return HEAD + digits;
}

/** A place between two others, which are null beyond the first and the last. */
export function positionBetween(lower: string | null, upper: string | null): string {
  return generateKeyBetween(lower, upper);
}

/** Whether the text of a place is short enough to go on with; the contract takes twice as much. */
export function isRoomy(position: string): boolean {
  return position.length <= 100;
}
