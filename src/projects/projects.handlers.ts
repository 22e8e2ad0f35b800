import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import { listReply } from '../contract/list-replies.ts';
import { locationOf, toPageRequest } from '../contract/pages.ts';
import { toOrders } from '../contract/sorting.ts';
import type { Handlers, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import type { ProjectListsService } from './project-lists.service.ts';
import type { ProjectTrash } from './project-trash.ts';
import { distinctionsOf } from './projects.mapper.ts';
import type { ProjectsService } from './projects.service.ts';

type ProjectOperations =
  | 'listProjects'
  | 'createProject'
  | 'getProject'
  | 'replaceProject'
  | 'updateProject'
  | 'deleteProject'
  | 'restoreProject';

export interface ProjectServices {
  readonly once: Once;
  readonly projects: ProjectsService;
  /** The same within a transaction. */
  readonly projectsIn: (database: Database) => ProjectsService;
  readonly trash: ProjectTrash;
  readonly lists: ProjectListsService;
}

export function projectHandlers(services: ProjectServices): Pick<Handlers, ProjectOperations> {
  const { once, projects, projectsIn, trash, lists } = services;
  return {
    listProjects: async (input) => {
      const { principal, query } = input;
      const wanted = [principal.userId, query, toOrders(query.sort ?? []), toPageRequest(query)] as const;
      return listReply(
        input,
        (header) => lists.currentTag(...wanted, header),
        () => lists.list(...wanted),
      );
    },

    createProject: (input) =>
      once('createProject', input, async (database) => {
        const { project, isNew } = await projectsIn(database).create(input.principal.userId, input.body);
        const headers = { Location: locationOf(input.url, project), ETag: projectTag(project) };
        return { status: isNew ? 201 : 200, headers, body: project };
      }),

    getProject: async ({ principal, path, headers }) => {
      const project = await projects.get(principal.userId, path.project_id);
      const tag = projectTag(project);
      const reply = { headers: { ETag: tag } };
      if (isUnchanged(headers['if-none-match'], tag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: project };
    },

    replaceProject: async ({ principal, path, headers, body }) => {
      const allowed = ifMatch(headers['if-match']);
      const project = await projects.replace(principal.userId, path.project_id, body, allowed);
      return { status: 200, headers: { ETag: projectTag(project) }, body: project };
    },

    updateProject: async ({ principal, path, headers, body }) => {
      const allowed = ifMatch(headers['if-match']);
      const project = await projects.update(principal.userId, path.project_id, body, allowed);
      return { status: 200, headers: { ETag: projectTag(project) }, body: project };
    },

    deleteProject: async ({ principal, path, query, headers }) => {
      const allowed = ifMatch(headers['if-match']);
      await trash.delete(principal.userId, path.project_id, query.tasks === 'delete', allowed);
      return { status: 204 };
    },

    restoreProject: async ({ principal, path, headers }) => {
      const allowed = ifMatch(headers['if-match']);
      const project = await trash.restore(principal.userId, path.project_id, allowed);
      return { status: 200, headers: { ETag: projectTag(project) }, body: project };
    },
  };
}

/** The entity tag of a project as it is answered. */
function projectTag(project: Schemas['Project']): string {
  return entityTag(project.version, ...distinctionsOf(project));
}
