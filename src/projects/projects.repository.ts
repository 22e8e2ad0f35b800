import { findCreation, writeWithEvent } from '../db/events.ts';
import { type Database, prepared } from '../db/knex.ts';
import type { ProjectRow } from '../db/tables.ts';
import { type CountedProjectRow, PROJECT_COLUMNS, taskCounts } from './columns.ts';

/** Columns that a user's change can touch. */
export type ProjectChanges = Partial<
  Pick<ProjectRow, 'name' | 'description' | 'color' | 'archived' | 'position' | 'deleted_at'>
>;

/** Who did what, and when. */
export interface ProjectEvent {
  readonly type: string;
  readonly at: string;
  readonly actor: string;
}

/** Projects of one user. The user comes first in every method and stands in every WHERE. */
export function projectsRepository(database: Database) {
  return {
    /** One that is not in the trash. */
    find: async (userId: string, id: string): Promise<CountedProjectRow | undefined> => {
      const query = database('projects')
        .where({ user_id: userId, id })
        .whereNull('deleted_at')
        .first(...PROJECT_COLUMNS, taskCounts(database, userId));
      return prepared(database, 'projects.find', query);
    },

    /**
     * In the trash or not. Until the end of the transaction nobody else changes the project, or puts a task into it.
     */
    lock: async (userId: string, id: string): Promise<CountedProjectRow | undefined> => {
      const project = database('projects').where({ user_id: userId, id });
      const locked = await project.clone().forUpdate().first('id');
      // Counted after the lock: whoever was faster may have put a task into it.
      return locked && project.first(...PROJECT_COLUMNS, taskCounts(database, userId));
    },

    /** What the newest project with the id was made of. */
    creation: async (userId: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
      findCreation(database, userId, id, 'project.created'),

    /** @returns undefined when there is a project with the id already */
    insert: async (project: ProjectRow, actor: string): Promise<CountedProjectRow | undefined> => {
      const { user_id, id, version, created_at, updated_at, ...fields } = project;
      const write = database('projects')
        .insert(project)
        .onConflict(['user_id', 'id'])
        .ignore()
        .returning([...PROJECT_COLUMNS]);
      const written = await writeWithEvent<ProjectRow>(database, 'projects.insert', write, {
        user_id,
        type: 'project.created',
        resource: 'project',
        resource_id: id,
        changed: Object.keys(fields),
        before: null,
        after: fields,
        at: created_at,
        actor,
      });
      return written && { ...written, task_counts: { open: 0, completed: 0 } };
    },

    /** @returns undefined when the project is not at that version any more */
    update: async (
      project: CountedProjectRow,
      changes: ProjectChanges,
      event: ProjectEvent,
    ): Promise<CountedProjectRow | undefined> => {
      // Sorted, so that the order in a client's body does not make another statement.
      const changed = (Object.keys(changes) as (keyof ProjectChanges)[]).sort();
      const write = database<ProjectRow>('projects')
        .where({ user_id: project.user_id, id: project.id, version: project.version })
        .update({
          ...Object.fromEntries(changed.map((column) => [column, changes[column]])),
          updated_at: event.at,
          version: project.version + 1,
        })
        .returning([...PROJECT_COLUMNS]);
      const name = `projects.update.${changed.join('.')}`;
      const written = await writeWithEvent<ProjectRow>(database, name, write, {
        user_id: project.user_id,
        resource: 'project',
        resource_id: project.id,
        changed,
        before: Object.fromEntries(changed.map((column) => [column, project[column]])),
        after: changes,
        ...event,
      });
      return written && { ...written, task_counts: project.task_counts };
    },
  };
}

export type ProjectsRepository = ReturnType<typeof projectsRepository>;
