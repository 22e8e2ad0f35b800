import type { CursorCodec } from '../contract/cursors.ts';
import type { TaggedList } from '../contract/list-replies.ts';
import { currentListTag, listTag } from '../contract/list-tags.ts';
import type { PageRequest } from '../contract/pages.ts';
import { type ListCursors, readPage, requireCursor, toList } from '../contract/paging.ts';
import type { Schemas } from '../contract/types.ts';
import type { TagListsRepository, TagOrder } from './tag-lists.repository.ts';
import { toTag } from './tags.mapper.ts';

export interface TagListsServiceOptions {
  readonly tags: TagListsRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function tagListsService({ tags, cursors, now }: TagListsServiceOptions) {
  const cursorsOf = (userId: string, part: string | undefined, orders: readonly TagOrder[]): ListCursors => ({
    codec: cursors,
    scope: ['tags', userId, part ?? null, orders],
  });

  return {
    list: async (
      userId: string,
      part: string | undefined,
      orders: readonly TagOrder[],
      request: PageRequest,
    ): Promise<TaggedList<Schemas['TagList']>> => {
      const page = await readPage(request, cursorsOf(userId, part, orders), tags.rows(userId, part, orders));
      return { list: toList(page, toTag), tag: page.seq === undefined ? undefined : listTag(page.seq) };
    },

    /** @returns the entity tag of the header that is still current */
    currentTag: async (
      userId: string,
      part: string | undefined,
      orders: readonly TagOrder[],
      request: PageRequest,
      header: string,
    ): Promise<string | undefined> => {
      requireCursor(request, cursorsOf(userId, part, orders));
      return currentListTag(header, () => tags.lastChange(userId), now());
    },
  };
}

export type TagListsService = ReturnType<typeof tagListsService>;
