import type { CursorCodec } from '../contract/cursors.ts';
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

/** One page, and its entity tag where it has one. */
export interface TaggedTagList {
  readonly list: Schemas['TagList'];
  readonly entityTag: string | undefined;
}

export function tagListsService({ tags, cursors, now }: TagListsServiceOptions) {
  return {
    list: async (
      userId: string,
      part: string | undefined,
      orders: readonly TagOrder[],
      request: PageRequest,
    ): Promise<TaggedTagList> => {
      const scope = ['tags', userId, part ?? null, orders];
      const page = await readPage(request, { codec: cursors, scope }, tags.rows(userId, part, orders));
      const entityTag = page.seq === undefined ? undefined : listTag(page.seq);
      return { list: toList(page, toTag), entityTag };
    },

    /** @returns the entity tag of the header that is still current */
    currentTag: (userId: string, header: string | undefined): Promise<string | undefined> =>
      currentListTag(header, () => tags.lastChange(userId), now()),
  };
}

export type TagListsService = ReturnType<typeof tagListsService>;
