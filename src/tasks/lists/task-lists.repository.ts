import type { Keyset } from '../../db/keyset.ts';
import type { Database } from '../../db/knex.ts';
import { lastChange, readLastChange } from '../../db/last-change.ts';
import { joined, rowsOf, type StatementText, text } from '../../db/statement-text.ts';
import { type TaggedTaskRow, taggedTask } from '../columns.ts';
import { type Condition, conditionsOf, type TaskFilter } from './task-filter.ts';

/** A task in a list, with the number of the user's last change when it was read. */
export interface ListedTaskRow extends TaggedTaskRow {
  readonly seq: string;
}

/**
 * Conditions of statements that are worth preparing: asked for often, and planned alike whatever their values are. A
 * connection keeps what it has prepared, so there must not be many.
 */
const COMMON = new Set(['live', 'status', 'statuses', 'project', 'no_project', 'parent', 'top_level']);
const MOST_COMMON_CONDITIONS = 2;

/** The order of lists that don't ask for another one, as SQL. */
const COMMON_ORDER = 'created_at desc, id desc';

/** So many tasks of a list. */
export interface Wanted {
  readonly filter: TaskFilter;
  readonly order: Keyset;
  readonly size: number;
}

interface Counted {
  readonly total: number;
  /** As in `ListedTaskRow`. */
  readonly seq: string;
}

/** A list is counted, or begins at its start, behind so many tasks, or behind a position. */
type Kind = 'count' | 'list' | 'list_from' | 'list_after';

/** @returns undefined for what is not worth preparing */
function preparedName(
  kind: Kind,
  conditions: readonly Condition[],
  order: string = COMMON_ORDER,
): string | undefined {
  const names = conditions.map(({ name }) => name);
  const isCommon =
    order === COMMON_ORDER &&
    names.includes('live') &&
    names.length <= 1 + MOST_COMMON_CONDITIONS &&
    names.every((name) => COMMON.has(name));
  return isCommon ? ['tasks', kind, ...names].join('.') : undefined;
}

function matching(userId: string, conditions: readonly StatementText[]): StatementText {
  const others = conditions.map(({ sql, values }) => ({ sql: `and ${sql}`, values }));
  return joined([text('from tasks where user_id = ?', userId), ...others]);
}

/** Lists of tasks of one user. The user comes first in every method and stands in every WHERE. */
export function taskListsRepository(database: Database) {
  const list = async (
    kind: Kind,
    userId: string,
    { filter, order, size }: Wanted,
    { after = [], offset = [] }: { after?: StatementText[]; offset?: StatementText[] },
  ): Promise<ListedTaskRow[]> => {
    const conditions = conditionsOf(userId, filter);
    const query = joined([
      text('select'),
      taggedTask(userId),
      text(','),
      lastChange(userId),
      ...order.columns.map((column) => text(`, ${column}`)),
      matching(userId, [...conditions, ...after]),
      text(`order by ${order.order} limit ?`, size),
      ...offset,
    ]);
    return rowsOf(database, preparedName(kind, conditions, order.order), query);
  };

  return {
    count: async (userId: string, filter: TaskFilter): Promise<Counted> => {
      const conditions = conditionsOf(userId, filter);
      const query = joined([
        text('select count(*)::int as total,'),
        lastChange(userId),
        matching(userId, conditions),
      ]);
      const rows = await rowsOf<Counted>(database, preparedName('count', conditions), query);
      const [counted] = rows as [Counted];
      return counted;
    },

    /** @param offset how many tasks to pass over; the cost grows with it */
    listFrom: async (userId: string, wanted: Wanted, offset: number): Promise<ListedTaskRow[]> =>
      // By itself without one: there are more first pages than others, and they are planned for themselves.
      offset === 0
        ? list('list', userId, wanted, {})
        : list('list_from', userId, wanted, { offset: [text('offset ?', offset)] }),

    /** The same cost for any position. */
    listAfter: async (
      userId: string,
      wanted: Wanted,
      position: readonly string[],
    ): Promise<ListedTaskRow[]> =>
      list('list_after', userId, wanted, { after: [wanted.order.after(position)] }),

    lastChange: async (userId: string): Promise<string | undefined> => readLastChange(database, userId),
  };
}

export type TaskListsRepository = ReturnType<typeof taskListsRepository>;
