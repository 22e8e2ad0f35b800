import { v7 as uuidv7 } from 'uuid';
import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import { optimistically } from '../db/optimistic.ts';
import { NotFoundError, PreconditionFailedError } from '../errors.ts';
import { lastPosition } from '../ordering/positions.ts';
import type { TaggedTaskRow } from './columns.ts';
import { distinctionsOf, toTask } from './tasks.mapper.ts';
import type { TaskChanges, TasksRepository } from './tasks.repository.ts';

type Task = Schemas['Task'];
type TaskStatus = Schemas['TaskStatus'];

export interface TasksServiceOptions {
  readonly tasks: TasksRepository;
  readonly now: () => Date;
}

export function tasksService({ tasks, now }: TasksServiceOptions) {
  const present = (row: TaggedTaskRow): Task => toTask(row, now().toISOString());

  const find = async (userId: string, id: string): Promise<TaggedTaskRow> => {
    const task = await tasks.find(userId, id);
    if (task === undefined) throw new NotFoundError('task');
    return task;
  };

  const change = async (
    userId: string,
    id: string,
    allowed: Precondition,
    type: string,
    decide: (task: TaggedTaskRow, at: string) => TaskChanges | undefined,
  ): Promise<TaggedTaskRow> =>
    optimistically(async () => {
      const task = await find(userId, id);
      if (!allowed(task.version)) {
        const current = present(task);
        throw new PreconditionFailedError(current, current.version, ...distinctionsOf(current));
      }
      const at = now().toISOString();
      const changes = decide(task, at);
      if (changes === undefined) return task;
      return tasks.update(task, changes, { type, at, actor: actorOf(userId) });
    });

  const update = async (
    userId: string,
    id: string,
    patch: Schemas['TaskUpdate'],
    allowed: Precondition,
  ): Promise<Task> => {
    const task = await change(userId, id, allowed, 'task.updated', (current, at) => {
      const changes = changedFields(current, patch);
      return changes && { ...changes, ...completion(current, changes.status, at) };
    });
    return present(task);
  };

  return {
    get: async (userId: string, id: string): Promise<Task> => present(await find(userId, id)),

    create: async (userId: string, body: Schemas['TaskCreate']): Promise<Task> => {
      const at = now().toISOString();
      const task: TaggedTaskRow = {
        user_id: userId,
        id: uuidv7(),
        title: body.title,
        description: body.description,
        status: body.status,
        priority: body.priority,
        project_id: null,
        parent_id: null,
        due_date: null,
        due_time: null,
        due_timezone: null,
        due_at: null,
        position: lastPosition(now()),
        tags: [],
        version: 1,
        created_at: at,
        updated_at: at,
        completed_at: isCompleted(body.status) ? at : null,
        deleted_at: null,
      };
      return present(await tasks.insert(task, actorOf(userId)));
    },

    /** Merge patch: what it leaves out stays, and one that changes nothing leaves the version alone. */
    update,

    /** The body is whole already: the contract's defaults stand in for what was left out. */
    replace: (
      userId: string,
      id: string,
      body: Schemas['TaskReplace'],
      allowed: Precondition,
    ): Promise<Task> => update(userId, id, body, allowed),

    delete: async (userId: string, id: string, allowed: Precondition): Promise<void> => {
      await change(userId, id, allowed, 'task.deleted', (_task, at) => ({ deleted_at: at }));
    },
  };
}

export type TasksService = ReturnType<typeof tasksService>;

function actorOf(userId: string): string {
  return `user:${userId}`;
}

function isCompleted(status: TaskStatus): boolean {
  return status === 'completed';
}

/** Going to completed notes the time, leaving it forgets it. */
function completion(
  task: TaggedTaskRow,
  status: TaskStatus | undefined,
  at: string,
): Pick<TaskChanges, 'completed_at'> {
  if (status === undefined) return {};
  if (isCompleted(status)) return { completed_at: at };
  return task.completed_at === null ? {} : { completed_at: null };
}
