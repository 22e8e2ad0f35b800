import type { Scope } from '../contract/types.ts';

/** The scopes of a list that is separated by spaces, as in tokens and in the database. */
export function toScopes(text: string): Scope[] {
  return text.split(' ').filter((scope) => scope !== '') as Scope[];
}
