import { dictionary } from '@zxcvbn-ts/language-common';

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
