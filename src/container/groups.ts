import type { CursorCodec } from '../contract/cursors.ts';
import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import { projectListsRepository } from '../projects/project-lists.repository.ts';
import { projectListsService } from '../projects/project-lists.service.ts';
import { projectTrash } from '../projects/project-trash.ts';
import { projectHandlers } from '../projects/projects.handlers.ts';
import { projectsRepository } from '../projects/projects.repository.ts';
import { projectsService } from '../projects/projects.service.ts';
import { tagListsRepository } from '../tags/tag-lists.repository.ts';
import { tagListsService } from '../tags/tag-lists.service.ts';
import { tagHandlers } from '../tags/tags.handlers.ts';
import { tagsService } from '../tags/tags.service.ts';
import type { Ground } from './ground.ts';

/** The operations on what tasks are grouped by: projects and tags. */
export function composeGroups({ database, now }: Ground, once: Once, cursors: CursorCodec) {
  const projectsIn = (within: Database) => projectsService({ projects: projectsRepository(within), now });
  const tagsIn = (within: Database) => tagsService(within, now);
  return {
    ...projectHandlers({
      once,
      projects: projectsIn(database),
      projectsIn,
      trash: projectTrash(database, now),
      lists: projectListsService({ projects: projectListsRepository(database), cursors, now }),
    }),
    ...tagHandlers({
      once,
      tags: tagsIn(database),
      tagsIn,
      lists: tagListsService({ tags: tagListsRepository(database), cursors, now }),
    }),
  };
}
