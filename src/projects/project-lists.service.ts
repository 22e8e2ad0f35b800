import type { CursorCodec } from '../contract/cursors.ts';
import type { TaggedList } from '../contract/list-replies.ts';
import { currentListTag, listTag } from '../contract/list-tags.ts';
import type { PageRequest } from '../contract/pages.ts';
import { readPage, toList } from '../contract/paging.ts';
import type { Schemas } from '../contract/types.ts';
import type { ProjectFilter, ProjectListsRepository, ProjectOrder } from './project-lists.repository.ts';
import { toProject } from './projects.mapper.ts';

export interface ProjectListsServiceOptions {
  readonly projects: ProjectListsRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function projectListsService({ projects, cursors, now }: ProjectListsServiceOptions) {
  return {
    list: async (
      userId: string,
      filter: ProjectFilter,
      orders: readonly ProjectOrder[],
      request: PageRequest,
    ): Promise<TaggedList<Schemas['ProjectList']>> => {
      const { archived = null, deleted = null } = filter;
      const scope = ['projects', userId, archived, deleted, orders];
      const rows = projects.rows(userId, filter, orders);
      const page = await readPage(request, { codec: cursors, scope }, rows);
      return { list: toList(page, toProject), tag: page.seq === undefined ? undefined : listTag(page.seq) };
    },

    /** @returns the entity tag of the header that is still current */
    currentTag: (userId: string, header: string | undefined): Promise<string | undefined> =>
      currentListTag(header, () => projects.lastChange(userId), now()),
  };
}

export type ProjectListsService = ReturnType<typeof projectListsService>;
