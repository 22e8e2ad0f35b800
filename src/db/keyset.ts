import { type StatementText, text } from './statement-text.ts';

/** What a list can be sorted by. */
export interface SortValue {
  /** SQL that gives the value, never null. It becomes part of the statement, so nothing of a client may be in it. */
  readonly sql: string;
  /** Its PostgreSQL type. */
  readonly type: 'timestamptz' | 'text' | 'integer' | 'uuid';
}

export type Direction = 'asc' | 'desc';

export interface SortKey extends SortValue {
  readonly direction: Direction;
}

/** The order of a list, and how to go on in it from any place, at the same cost wherever that is. */
export interface Keyset {
  /** Wanted in the SELECT beside the row's own columns, for `positionOf`. */
  readonly columns: readonly string[];
  /** For ORDER BY. */
  readonly order: string;
  /** The place of a row in the list. */
  positionOf(row: { readonly id: string }): string[];
  /** For WHERE: what comes after that place. */
  after(position: readonly string[]): StatementText;
}

/** Sorts instants so that rows without one come last, in whatever direction. */
export function lastWithout(column: string, direction: Direction): SortKey {
  const end = direction === 'asc' ? 'infinity' : '-infinity';
  return { sql: `coalesce(${column}, '${end}'::timestamptz)`, type: 'timestamptz', direction };
}

/**
 * Sorts by the keys, the most important first, and then by the id, which no two rows have in common.
 *
 * @param id the column `id`, with its table where another one in the statement has such a column
 */
export function keyset(given: readonly SortKey[], id = 'id'): Keyset {
  const keys = [...given, { sql: id, type: 'uuid', direction: given.at(-1)?.direction ?? 'asc' } as const];
  const runs = runsOf(keys);
  // As text, which loses nothing on the way to a client and back.
  const alias = (index: number): string => `sort_key_${index}`;
  return {
    columns: given.map(({ sql }, index) => `(${sql})::text as ${alias(index)}`),
    order: keys.map(({ sql, direction }) => `${sql} ${direction}`).join(', '),
    positionOf: (row) => {
      const values: Readonly<Record<string, unknown>> = { ...row };
      return [...given.map((_key, index) => String(values[alias(index)])), row.id];
    },
    after: (position) => {
      if (position.length !== keys.length) throw new Error('The position belongs to another order');
      return beyond(runs, position);
    },
  };
}

/** Neighbouring keys with the same direction, which PostgreSQL can compare as one row. */
function runsOf(keys: readonly SortKey[]): SortKey[][] {
  const runs: SortKey[][] = [];
  for (const key of keys) {
    const run = runs.at(-1);
    if (run?.at(-1)?.direction === key.direction) run.push(key);
    else runs.push([key]);
  }
  return runs;
}

/**
 * What comes after the position: for keys of one direction a comparison of rows, which an index can begin with. For
 * several directions it is nested: `a >= 1 and (a > 1 or b < 2)`, and the first comparison can use an index still.
 */
function beyond(
  [run = [], ...rest]: readonly (readonly SortKey[])[],
  position: readonly string[],
): StatementText {
  const [own, others] = [position.slice(0, run.length), position.slice(run.length)];
  const operator = run[0]?.direction === 'desc' ? '<' : '>';
  const row = `(${run.map(({ sql }) => sql).join(', ')})`;
  const values = `(${run.map(({ type }) => `?::${type}`).join(', ')})`;
  const after = `${row} ${operator} ${values}`;
  if (rest.length === 0) return text(after, ...own);
  const then = beyond(rest, others);
  return text(`${row} ${operator}= ${values} and (${after} or ${then.sql})`, ...own, ...own, ...then.values);
}
