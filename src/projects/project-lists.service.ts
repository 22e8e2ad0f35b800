import type { CursorCodec } from '../contract/cursors.ts';
import type { TaggedList } from '../contract/list-replies.ts';
import { currentListTag, listTag } from '../contract/list-tags.ts';
import type { PageRequest } from '../contract/pages.ts';
import { type ListCursors, readPage, requireCursor, toList } from '../contract/paging.ts';
import type { Schemas } from '../contract/types.ts';
import type { ProjectFilter, ProjectListsRepository, ProjectOrder } from './project-lists.repository.ts';
import { toProject } from './projects.mapper.ts';

export interface ProjectListsServiceOptions {
  readonly projects: ProjectListsRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function projectListsService({ projects, cursors, now }: ProjectListsServiceOptions) {
  const cursorsOf = (
    userId: string,
    { archived, deleted }: ProjectFilter,
    orders: readonly ProjectOrder[],
  ): ListCursors => ({
    codec: cursors,
    scope: ['projects', userId, archived ?? null, deleted ?? null, orders],
  });

  return {
    list: async (
      userId: string,
      filter: ProjectFilter,
      orders: readonly ProjectOrder[],
      request: PageRequest,
    ): Promise<TaggedList<Schemas['ProjectList']>> => {
      const rows = projects.rows(userId, filter, orders);
      const page = await readPage(request, cursorsOf(userId, filter, orders), rows);
      return { list: toList(page, toProject), tag: page.seq === undefined ? undefined : listTag(page.seq) };
    },

    /** @returns the entity tag of the header that is still current */
    currentTag: async (
      userId: string,
      filter: ProjectFilter,
      orders: readonly ProjectOrder[],
      request: PageRequest,
      header: string,
    ): Promise<string | undefined> => {
      requireCursor(request, cursorsOf(userId, filter, orders));
      return currentListTag(header, () => projects.lastChange(userId), now());
    },
  };
}

export type ProjectListsService = ReturnType<typeof projectListsService>;
