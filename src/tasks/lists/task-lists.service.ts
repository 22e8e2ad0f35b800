import type { CursorCodec } from '../../contract/cursors.ts';
import type { TaggedList } from '../../contract/list-replies.ts';
import { currentListTag, listTag } from '../../contract/list-tags.ts';
import { toPageRequest } from '../../contract/pages.ts';
import { type ListCursors, readPage, requireCursor, toList } from '../../contract/paging.ts';
import type { Schemas } from '../../contract/types.ts';
import { keyset } from '../../db/keyset.ts';
import { toTask } from '../tasks.mapper.ts';
import { nextOverdue } from './next-overdue.ts';
import type { ListedTaskRow, TaskListsRepository } from './task-lists.repository.ts';
import { toSortKey } from './task-order.ts';
import { followsTheClock, scopeOf, type TaskQuery, toTaskFilter, toTaskOrders } from './task-query.ts';

export interface TaskListsServiceOptions {
  readonly tasks: TaskListsRepository;
  readonly timeZoneOf: (userId: string) => Promise<string>;
  readonly cursors: CursorCodec;
  /** Those of the contract, the least important first. */
  readonly priorities: readonly string[];
  readonly now: () => Date;
}

export function taskListsService(options: TaskListsServiceOptions) {
  const { tasks, timeZoneOf, cursors, priorities, now } = options;
  const cursorsOf = (userId: string, query: TaskQuery): ListCursors => ({
    codec: cursors,
    scope: ['tasks', userId, ...scopeOf(query)],
  });

  return {
    /** `If-None-Match`: the tag that is still current; undefined when the list has to be read. */
    currentTag: async (userId: string, query: TaskQuery, header: string): Promise<string | undefined> => {
      if (followsTheClock(query)) return undefined;
      requireCursor(toPageRequest(query), cursorsOf(userId, query));
      return currentListTag(header, () => tasks.lastChange(userId), now());
    },

    list: async (userId: string, query: TaskQuery): Promise<TaggedList<Schemas['TaskList']>> => {
      const request = toPageRequest(query);
      const at = now();
      const filter = await toTaskFilter(query, { userId, at, timeZone: () => timeZoneOf(userId) });
      const order = keyset(toTaskOrders(query).map((wanted) => toSortKey(wanted, priorities)));
      const page = await readPage<ListedTaskRow>(request, cursorsOf(userId, query), {
        count: () => tasks.count(userId, filter),
        from: (offset, size) => tasks.listFrom(userId, { filter, order, size }, offset),
        after: (position, size) => tasks.listAfter(userId, { filter, order, size }, position),
        positionOf: order.positionOf,
      });
      const list = toList(page, (row) => toTask(row, at.toISOString()));
      const isTagged = page.seq !== undefined && !followsTheClock(query);
      return { list, tag: isTagged ? listTag(page.seq, nextOverdue(list.items, at)) : undefined };
    },
  };
}

export type TaskListsService = ReturnType<typeof taskListsService>;
