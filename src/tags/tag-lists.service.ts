import type { CursorCodec } from '../contract/cursors.ts';
import type { TaggedList } from '../contract/list-replies.ts';
import { currentListTag, listTag } from '../contract/list-tags.ts';
import type { PageRequest } from '../contract/pages.ts';
import { readPage, toList } from '../contract/paging.ts';
import type { Schemas } from '../contract/types.ts';
import type { TagListsRepository, TagOrder } from './tag-lists.repository.ts';
import { toTag } from './tags.mapper.ts';

export interface TagListsServiceOptions {
  readonly tags: TagListsRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function tagListsService({ tags, cursors, now }: TagListsServiceOptions) {
  return {
    list: async (
      userId: string,
      part: string | undefined,
      orders: readonly TagOrder[],
      request: PageRequest,
    ): Promise<TaggedList<Schemas['TagList']>> => {
      const scope = ['tags', userId, part ?? null, orders];
      const page = await readPage(request, { codec: cursors, scope }, tags.rows(userId, part, orders));
      return { list: toList(page, toTag), tag: page.seq === undefined ? undefined : listTag(page.seq) };
    },

    /** @returns the entity tag of the header that is still current */
    currentTag: (userId: string, header: string | undefined): Promise<string | undefined> =>
      currentListTag(header, () => tags.lastChange(userId), now()),
  };
}

export type TagListsService = ReturnType<typeof tagListsService>;
