import { keyset, type SortValue } from '../db/keyset.ts';
import type { Database } from '../db/knex.ts';
import { readLastChange } from '../db/last-change.ts';
import { listRows } from '../db/list-rows.ts';
import { type CountedProjectRow, PROJECT_COLUMNS, taskCounts } from './columns.ts';

export interface ProjectFilter {
  readonly archived?: boolean;
  readonly deleted?: 'exclude' | 'only' | 'include';
}

const SORT_VALUES = {
  position: { sql: 'position', type: 'text' },
  name: { sql: 'lower(name)', type: 'text' },
  created_at: { sql: 'created_at', type: 'timestamptz' },
  updated_at: { sql: 'updated_at', type: 'timestamptz' },
} as const satisfies Readonly<Record<string, SortValue>>;

export interface ProjectOrder {
  readonly column: keyof typeof SORT_VALUES;
  readonly direction: 'asc' | 'desc';
}

/** Lists of projects of one user. */
export function projectListsRepository(database: Database) {
  return {
    rows: (userId: string, { archived, deleted }: ProjectFilter, orders: readonly ProjectOrder[]) =>
      listRows<CountedProjectRow>(database, userId, {
        matching: () => {
          const query = database('projects').where({ user_id: userId });
          if (archived !== undefined) query.where({ archived });
          if (deleted === 'only') query.whereNotNull('deleted_at');
          else if (deleted !== 'include') query.whereNull('deleted_at');
          return query;
        },
        columns: [...PROJECT_COLUMNS, taskCounts(database, userId)],
        order: keyset(orders.map(({ column, direction }) => ({ ...SORT_VALUES[column], direction }))),
      }),

    lastChange: (userId: string): Promise<string | undefined> => readLastChange(database, userId),
  };
}

export type ProjectListsRepository = ReturnType<typeof projectListsRepository>;
