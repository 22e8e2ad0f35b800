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

/** Columns that have a value in every row. */
const VALUES: Readonly<Record<Exclude<TaskOrder['column'], 'due_at' | 'completed_at'>, SortValue>> = {
  created_at: { sql: 'created_at', type: 'timestamptz' },
  updated_at: { sql: 'updated_at', type: 'timestamptz' },
  // By rank; a priority that the constraint of the table does not know has none.
  priority: {
    sql: `array_position('{none,low,medium,high,urgent}'::text[], priority)`,
    type: 'integer',
  },
  // As people sort, whatever the language of the database is.
  title: { sql: `lower(title) collate "und-x-icu"`, type: 'text' },
  position: { sql: 'position', type: 'text' },
};

export function toSortKey({ column, direction }: TaskOrder): SortKey {
  if (column === 'due_at' || column === 'completed_at') return lastWithout(column, direction);
  return { ...VALUES[column], direction };
}
