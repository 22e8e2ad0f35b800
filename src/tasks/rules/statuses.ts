import type { Schemas } from '../../contract/types.ts';

/** Neither done nor given up. */
const OPEN: readonly string[] = ['pending', 'in_progress'] satisfies Schemas['TaskStatus'][];

export function isOpen(status: string): boolean {
  return OPEN.includes(status);
}

/** The same as a condition. @param column of a status; it becomes part of the statement */
export function isOpenIn(column: string): string {
  return `${column} in (${OPEN.map((status) => `'${status}'`).join(', ')})`;
}
