import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { byUser } from '../db/events.ts';
import type { Database } from '../db/knex.ts';
import { transaction } from '../db/transaction.ts';
import { NotFoundError } from '../errors.ts';
import type { CountedProjectRow } from './columns.ts';
import { changeTasks, lockTasksOf } from './project-tasks.repository.ts';
import { toProject } from './projects.mapper.ts';
import { type ProjectsRepository, projectsRepository } from './projects.repository.ts';
import { assertAllowed } from './projects.service.ts';

/** Projects go into the trash and come out of it, each way in one transaction with their tasks. */
export function projectTrash(database: Database, now: () => Date) {
  return {
    /** @param withTasks whether its tasks go into the trash as well; otherwise they stay, without a project */
    delete: async (userId: string, id: string, withTasks: boolean, allowed: Precondition): Promise<void> =>
      transaction(database, async (trx) => {
        const projects = projectsRepository(trx);
        const project = await lock(projects, userId, id);
        if (project.deleted_at !== null) throw new NotFoundError('project');
        assertAllowed(project, allowed);
        const ids = await lockTasksOf(trx, project, null);
        // One instant for all: it tells which tasks come back with the project.
        const at = now().toISOString();
        const event = { at, actor: byUser(userId) };
        const [type, before, after] = withTasks
          ? ['task.deleted', { deleted_at: null }, { deleted_at: at }]
          : ['task.updated', { project_id: id }, { project_id: null }];
        await changeTasks(trx, userId, ids, before, after, { ...event, type });
        await projects.update(project, { deleted_at: at }, { ...event, type: 'project.deleted' });
      }),

    /** With the tasks that were deleted together with it. */
    restore: async (userId: string, id: string, allowed: Precondition): Promise<Schemas['Project']> =>
      transaction(database, async (trx) => {
        const projects = projectsRepository(trx);
        const project = await lock(projects, userId, id);
        assertAllowed(project, allowed);
        const { deleted_at } = project;
        if (deleted_at === null) return toProject(project);
        const ids = await lockTasksOf(trx, project, deleted_at);
        const event = { at: now().toISOString(), actor: byUser(userId) };
        await projects.update(project, { deleted_at: null }, { ...event, type: 'project.restored' });
        const type = 'task.restored';
        await changeTasks(trx, userId, ids, { deleted_at }, { deleted_at: null }, { ...event, type });
        return toProject(await lock(projects, userId, id));
      }),
  };
}

export type ProjectTrash = ReturnType<typeof projectTrash>;

async function lock(projects: ProjectsRepository, userId: string, id: string): Promise<CountedProjectRow> {
  const project = await projects.lock(userId, id);
  if (project === undefined) throw new NotFoundError('project');
  return project;
}
