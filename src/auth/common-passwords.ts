import { dictionary } from '@zxcvbn-ts/language-common';
import { InvalidInputError } from '../errors.ts';

/** Passwords from public leaks, most used first; and what an attacker of this product would try. */
const COMMON: ReadonlySet<string> = new Set([
  ...dictionary['passwords-common'],
  'taskpact',
  'taskpact1',
  'taskpact123',
]);

/** Whether the password is among those that are tried first. Case does not make it better. */
export function isCommonPassword(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}

/**
 * @param pointer of the password in the body
 * @throws InvalidInputError when it is among those
 */
export function refuseCommonPassword(password: string, pointer: string): void {
  if (!isCommonPassword(password)) return;
  const message = 'is widely used and would be guessed early';
  throw new InvalidInputError([{ pointer, code: 'common_password', message }]);
}
