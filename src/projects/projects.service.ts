import { v7 as uuidv7 } from 'uuid';
import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import { byUser } from '../db/events.ts';
import { optimistically } from '../db/optimistic.ts';
import { ConflictError, NotFoundError, PreconditionFailedError } from '../errors.ts';
import { lastPosition } from '../ordering/positions.ts';
import type { CountedProjectRow } from './columns.ts';
import { distinctionsOf, toProject } from './projects.mapper.ts';
import type { ProjectsRepository } from './projects.repository.ts';

type Project = Schemas['Project'];

export interface ProjectsServiceOptions {
  readonly projects: ProjectsRepository;
  readonly now: () => Date;
}

/** What became of a request to create a project. */
export interface CreatedProject {
  readonly project: Project;
  /** False when the project was there already. */
  readonly isNew: boolean;
}

export function projectsService({ projects, now }: ProjectsServiceOptions) {
  const find = async (userId: string, id: string): Promise<CountedProjectRow> => {
    const project = await projects.find(userId, id);
    if (project === undefined) throw new NotFoundError('project');
    return project;
  };

  const update = async (
    userId: string,
    id: string,
    patch: Schemas['ProjectUpdate'],
    allowed: Precondition,
  ): Promise<Project> => {
    const row = await optimistically(async () => {
      const project = await find(userId, id);
      assertAllowed(project, allowed);
      const changes = changedFields(project, patch);
      if (changes === undefined) return project;
      const event = { type: 'project.updated', at: now().toISOString(), actor: byUser(userId) };
      return projects.update(project, changes, event);
    });
    return toProject(row);
  };

  return {
    get: async (userId: string, id: string): Promise<Project> => toProject(await find(userId, id)),

    /**
     * A project whose creation is asked for again is answered as it is now, whatever has become of it since.
     *
     * @throws ConflictError when another project has the id
     */
    create: async (
      userId: string,
      { id = uuidv7(), ...fields }: Schemas['ProjectCreate'],
    ): Promise<CreatedProject> => {
      const at = now().toISOString();
      const project = {
        position: lastPosition(now()),
        ...fields,
        user_id: userId,
        id,
        version: 1,
        created_at: at,
        updated_at: at,
        deleted_at: null,
      };
      const inserted = await projects.insert(project, byUser(userId));
      if (inserted !== undefined) return { project: toProject(inserted), isNew: true };
      const [present, creation] = [await projects.find(userId, id), await projects.creation(userId, id)];
      if (present === undefined || creation === undefined || changedFields(creation, fields) !== undefined) {
        throw new ConflictError('conflict', 'There is another project with this id.');
      }
      return { project: toProject(present), isNew: false };
    },

    /** Merge patch: what it leaves out stays, and one that changes nothing leaves the version alone. */
    update,

    /** The body is whole but for the position: the contract's defaults stand in for what was left out. */
    replace: (
      userId: string,
      id: string,
      body: Schemas['ProjectReplace'],
      allowed: Precondition,
    ): Promise<Project> => update(userId, id, body, allowed),
  };
}

export type ProjectsService = ReturnType<typeof projectsService>;

/** @throws PreconditionFailedError with the project as it is */
export function assertAllowed(row: CountedProjectRow, allowed: Precondition): void {
  if (allowed(row.version)) return;
  const current = toProject(row);
  throw new PreconditionFailedError(current, current.version, ...distinctionsOf(current));
}
