import type { Database } from '../db/knex.ts';
import { transaction } from '../db/transaction.ts';
import { type Job, NIGHTLY } from '../jobs/job.ts';
import { changeTasks, lockAllTasksOf } from '../projects/project-tasks.repository.ts';
import {
  type Expired,
  findExpired,
  lockExpiredProject,
  lockExpiredTasks,
  purge,
} from './trash.repository.ts';

/** What is looked for at once; each user's part of it is a transaction of its own. */
const BATCH = 500;
/** Who does it. */
const ACTOR = 'system';

export interface TrashPurgeOptions {
  readonly database: Database;
  /** Days that something stays in the trash. */
  readonly days: number;
  readonly now: () => Date;
}

/** Deletes for good, once a day, what has been in the trash for too long. */
export function trashPurgeJob({ database, days, now }: TrashPurgeOptions): Job {
  /** @returns how many tasks are gone */
  const purgeTasks = async (userId: string, ids: readonly string[], before: string): Promise<number> =>
    transaction(database, async (trx) => {
      const locked = await lockExpiredTasks(trx, userId, ids, before);
      await purge(trx, 'tasks', userId, locked, { at: now().toISOString(), actor: ACTOR });
      return locked.length;
    });

  /** A task that went into the trash later than its project stays there, without a project. */
  const purgeProject = async (expired: Expired, before: string): Promise<number> =>
    transaction(database, async (trx) => {
      const project = await lockExpiredProject(trx, expired, before);
      if (project === undefined) return 0;
      const { user_id, id } = project;
      const about = { at: now().toISOString(), actor: ACTOR };
      const tasks = await lockAllTasksOf(trx, project);
      const removal = { ...about, type: 'task.updated' };
      await changeTasks(trx, user_id, tasks, { project_id: id }, { project_id: null }, removal);
      await purge(trx, 'projects', user_id, [id], about);
      return 1;
    });

  return {
    name: 'trash_purge',
    ...NIGHTLY,
    schedule: '47 3 * * *',
    run: async (_data, signal) => {
      const before = new Date(now().getTime() - days * 86_400_000).toISOString();
      // Tasks first: then most projects are empty.
      for (let gone = 1; gone > 0 && !signal.aborted; ) {
        gone = 0;
        const expired = await findExpired(database, 'tasks', before, BATCH);
        for (const [userId, ids] of byUser(expired)) gone += await purgeTasks(userId, ids, before);
      }
      for (let gone = 1; gone > 0 && !signal.aborted; ) {
        gone = 0;
        const expired = await findExpired(database, 'projects', before, BATCH);
        for (const project of expired) gone += await purgeProject(project, before);
      }
    },
  };
}

function byUser(expired: readonly Expired[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { user_id, id } of expired) users.set(user_id, [...(users.get(user_id) ?? []), id]);
  return users;
}
