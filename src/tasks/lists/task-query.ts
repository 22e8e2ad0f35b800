import { toOrders } from '../../contract/sorting.ts';
import type { Input } from '../../contract/types.ts';
import { toLimit } from '../../db/timestamps.ts';
import { tagNameKey } from '../../tags/tag-names.ts';
import { dayOf } from '../rules/days.ts';
import { searchQuery } from '../rules/words.ts';
import type { TagFilter, TaskFilter } from './task-filter.ts';
import type { TaskOrder } from './task-order.ts';

/** The parameters of a list of tasks. The validator has filled in the defaults. */
export type TaskQuery = Input<'listTasks'>['query'];

/** Whether it is the time of day that decides which tasks the list has. */
export function followsTheClock({ due }: TaskQuery): boolean {
  return due === 'overdue' || due === 'today';
}

/** Who reads, and when. */
export interface Reader {
  readonly userId: string;
  readonly at: Date;
  /** The user's time zone; asked for only when it matters. */
  readonly timeZone: () => Promise<string>;
}

/** What the parameters mean, now. */
export async function toTaskFilter(query: TaskQuery, { userId, at, timeZone }: Reader): Promise<TaskFilter> {
  const dueNow = {
    none: async () => 'none',
    overdue: async () => ({ kind: 'overdue', at: at.toISOString() }),
    today: async () => ({ kind: 'today', day: dayOf(at, await timeZone()) }),
  } as const satisfies Record<NonNullable<TaskQuery['due']>, () => Promise<TaskFilter['due']>>;
  return {
    deleted: query.deleted ?? missingDefault('deleted'),
    statuses: query.status,
    priorities: query.priority,
    project: idOrNone(query.project_id),
    parent: idOrNone(query.parent_id),
    tags: toTagFilter(query),
    due: query.due && (await dueNow[query.due]()),
    dueFrom: query.due_from && toLimit(query.due_from),
    dueTo: query.due_to && toLimit(query.due_to),
    createdFrom: query.created_from && toLimit(query.created_from),
    createdTo: query.created_to && toLimit(query.created_to),
    updatedSince: query.updated_since && toLimit(query.updated_since),
    search: query.q === undefined ? undefined : searchQuery(userId, query.q),
  };
}

export function toTaskOrders({ sort }: TaskQuery): TaskOrder[] {
  return toOrders(sort ?? missingDefault('sort'));
}

/** What a position in the list means nothing without. In which order a filter names its values does not matter. */
export function scopeOf(query: TaskQuery): unknown[] {
  const { page: _page, cursor: _cursor, size: _size, sort, tag, ...filters } = query;
  const comparable = Object.entries({ ...filters, tag: tag && [...keysOf(tag)] })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  return [comparable, sort];
}

function idOrNone(id: string | undefined): string | null | undefined {
  return id === 'none' ? null : id;
}

function toTagFilter({ tag, tag_match }: TaskQuery): TagFilter | undefined {
  return tag && { keys: [...keysOf(tag)], match: tag_match ?? missingDefault('tag_match') };
}

/** Names that mean the same tag are one. */
function keysOf(names: readonly string[]): Set<string> {
  return new Set(names.map(tagNameKey));
}

function missingDefault(name: string): never {
  throw new Error(`The validator fills in the default of ${name}`);
}
