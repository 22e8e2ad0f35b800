import { type Direction, lastWithout, type SortKey, type SortValue } from '../../db/keyset.ts';

/** What tasks can be sorted by. */
export interface TaskOrder {
  readonly column:
    | 'created_at'
    | 'updated_at'
    | 'completed_at'
    | 'due_at'
    | 'priority'
    | 'title'
    | 'position';
  readonly direction: Direction;
}

/** As the index has it: when a task is due, or the end of time for one that never is. */
export const DUE_OR_NEVER = lastWithout('due_at', 'asc').sql;

/** Columns that have a value in every row and sort by it. */
const VALUES = {
  created_at: { sql: 'created_at', type: 'timestamptz' },
  updated_at: { sql: 'updated_at', type: 'timestamptz' },
  // As people sort, whatever the language of the database is.
  title: { sql: `lower(title) collate "und-x-icu"`, type: 'text' },
  position: { sql: 'position', type: 'text' },
} as const satisfies Readonly<Record<string, SortValue>>;

/** @param priorities those of the contract, the least important first */
export function toSortKey({ column, direction }: TaskOrder, priorities: readonly string[]): SortKey {
  if (column === 'due_at' || column === 'completed_at') return lastWithout(column, direction);
  if (column === 'priority') {
    // By rank; a priority that the contract does not know has none.
    const sql = `array_position('{${priorities.join(',')}}'::text[], priority)`;
    return { sql, type: 'integer', direction };
  }
  return { ...VALUES[column], direction };
}
