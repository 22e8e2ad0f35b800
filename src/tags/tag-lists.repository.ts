import { keyset, type SortValue } from '../db/keyset.ts';
import type { Database } from '../db/knex.ts';
import { readLastChange } from '../db/last-change.ts';
import { escapeLike } from '../db/like.ts';
import { listRows } from '../db/list-rows.ts';
import { type CountedTagRow, TAG_COLUMNS, taskCount } from './columns.ts';
import { tagNameKey } from './tag-names.ts';

const SORT_VALUES = {
  name: { sql: 'name_norm', type: 'text' },
  created_at: { sql: 'created_at', type: 'timestamptz' },
  updated_at: { sql: 'updated_at', type: 'timestamptz' },
} as const satisfies Readonly<Record<string, SortValue>>;

export interface TagOrder {
  readonly column: keyof typeof SORT_VALUES;
  readonly direction: 'asc' | 'desc';
}

/** Lists of tags of one user. */
export function tagListsRepository(database: Database) {
  return {
    /** @param part of the name, whatever the case */
    rows: (userId: string, part: string | undefined, orders: readonly TagOrder[]) =>
      listRows<CountedTagRow>(database, userId, {
        matching: () => {
          const query = database('tags').where({ user_id: userId });
          if (part !== undefined) query.where('name_norm', 'like', `%${escapeLike(tagNameKey(part))}%`);
          return query;
        },
        columns: [...TAG_COLUMNS, taskCount(database, userId)],
        order: keyset(orders.map(({ column, direction }) => ({ ...SORT_VALUES[column], direction }))),
      }),

    lastChange: (userId: string): Promise<string | undefined> => readLastChange(database, userId),
  };
}

export type TagListsRepository = ReturnType<typeof tagListsRepository>;
