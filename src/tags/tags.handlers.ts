import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import { listReply } from '../contract/list-replies.ts';
import { locationOf, toPageRequest } from '../contract/pages.ts';
import { toOrders } from '../contract/sorting.ts';
import type { Handlers, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import type { TagListsService } from './tag-lists.service.ts';
import type { TagsService } from './tags.service.ts';

type TagOperations = 'listTags' | 'createTag' | 'getTag' | 'updateTag' | 'deleteTag';

export interface TagServices {
  readonly once: Once;
  readonly tags: TagsService;
  /** The same within a transaction. */
  readonly tagsIn: (database: Database) => TagsService;
  readonly lists: TagListsService;
}

export function tagHandlers({ once, tags, tagsIn, lists }: TagServices): Pick<Handlers, TagOperations> {
  return {
    listTags: async (input) => {
      const { principal, query } = input;
      const wanted = [principal.userId, query.q, toOrders(query.sort ?? []), toPageRequest(query)] as const;
      return listReply(
        input,
        (header) => lists.currentTag(...wanted, header),
        () => lists.list(...wanted),
      );
    },

    createTag: (input) =>
      once('createTag', input, async (database) => {
        const { tag, isNew } = await tagsIn(database).create(input.principal.userId, input.body);
        const headers = { Location: locationOf(input.url, tag), ETag: tagTag(tag) };
        return { status: isNew ? 201 : 200, headers, body: tag };
      }),

    getTag: async ({ principal, path, headers }) => {
      const tag = await tags.get(principal.userId, path.tag_id);
      const reply = { headers: { ETag: tagTag(tag) } };
      if (isUnchanged(headers['if-none-match'], reply.headers.ETag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: tag };
    },

    updateTag: async ({ principal, path, headers, body }) => {
      const tag = await tags.update(principal.userId, path.tag_id, body, ifMatch(headers['if-match']));
      return { status: 200, headers: { ETag: tagTag(tag) }, body: tag };
    },

    deleteTag: async ({ principal, path, headers }) => {
      await tags.delete(principal.userId, path.tag_id, ifMatch(headers['if-match']));
      return { status: 204 };
    },
  };
}

/** The entity tag of a tag as it is answered. */
function tagTag({ version, task_count }: Schemas['Tag']): string {
  return entityTag(version, task_count);
}
