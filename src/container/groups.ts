import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import { projectTrash } from '../projects/project-trash.ts';
import { projectHandlers } from '../projects/projects.handlers.ts';
import { projectsRepository } from '../projects/projects.repository.ts';
import { projectsService } from '../projects/projects.service.ts';
import type { Ground } from './ground.ts';

/** The operations on what tasks are grouped by: projects and tags. */
export function composeGroups({ database, now }: Ground, once: Once) {
  const projectsIn = (within: Database) => projectsService({ projects: projectsRepository(within), now });
  return {
    ...projectHandlers({
      once,
      projects: projectsIn(database),
      projectsIn,
      trash: projectTrash(database, now),
    }),
  };
}
