import { v7 as uuidv7 } from 'uuid';
import type { Precondition } from '../contract/conditional.ts';
import type { CursorCodec } from '../contract/cursors.ts';
import type { PageRequest } from '../contract/pages.ts';
import type { Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import { optimistically } from '../db/optimistic.ts';
import type { TaskRow } from '../db/tables.ts';
import { NotFoundError, PreconditionFailedError } from '../errors.ts';
import { toTask } from './tasks.mapper.ts';
import type { TaskChanges, TaskFilter, TasksRepository } from './tasks.repository.ts';

type Task = Schemas['Task'];
type TaskStatus = Schemas['TaskStatus'];

export interface TasksServiceOptions {
  readonly tasks: TasksRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function tasksService({ tasks, cursors, now }: TasksServiceOptions) {
  const find = async (userId: string, id: string): Promise<TaskRow> => {
    const task = await tasks.find(userId, id);
    if (task === undefined) throw new NotFoundError('task');
    return task;
  };

  /** Everything that the position in a list means nothing without. */
  const cursorScope = (userId: string, { statuses, priorities }: TaskFilter): unknown[] => [
    'tasks',
    userId,
    // The order in which a filter lists its values does not matter.
    [statuses?.toSorted() ?? null, priorities?.toSorted() ?? null],
    '-created_at',
  ];

  const change = async (
    userId: string,
    id: string,
    allowed: Precondition,
    type: string,
    decide: (task: TaskRow, at: string) => TaskChanges | undefined,
  ): Promise<TaskRow> =>
    optimistically(async () => {
      const task = await find(userId, id);
      if (!allowed(task.version)) throw new PreconditionFailedError(toTask(task), task.version);
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
    return toTask(task);
  };

  return {
    get: async (userId: string, id: string): Promise<Task> => toTask(await find(userId, id)),

    create: async (userId: string, body: Schemas['TaskCreate']): Promise<Task> => {
      const at = now().toISOString();
      const task: TaskRow = {
        user_id: userId,
        id: uuidv7(),
        title: body.title,
        description: body.description,
        status: body.status,
        priority: body.priority,
        version: 1,
        created_at: at,
        updated_at: at,
        completed_at: isCompleted(body.status) ? at : null,
        deleted_at: null,
      };
      return toTask(await tasks.insert(task, actorOf(userId)));
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

    list: async (userId: string, filter: TaskFilter, request: PageRequest): Promise<Schemas['TaskList']> => {
      const scope = cursorScope(userId, filter);
      // One more than the page holds tells whether there is a next one.
      const wanted = request.size + 1;
      const next = (rows: readonly TaskRow[]): string | null => {
        const last = rows[request.size - 1];
        return rows.length < wanted || last === undefined
          ? null
          : cursors.encode([last.created_at, last.id], scope);
      };
      if (request.kind === 'cursor') {
        const [createdAt = '', id = ''] = cursors.decode(request.cursor, scope);
        const rows = await tasks.listAfter(userId, filter, { createdAt, id }, wanted);
        const items = rows.slice(0, request.size).map(toTask);
        return { items, total: null, page: null, size: request.size, pages: null, next_cursor: next(rows) };
      }
      const total = await tasks.count(userId, filter);
      const rows = await tasks.listFrom(userId, filter, (request.page - 1) * request.size, wanted);
      return {
        items: rows.slice(0, request.size).map(toTask),
        total,
        page: request.page,
        size: request.size,
        pages: Math.ceil(total / request.size),
        next_cursor: next(rows),
      };
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
  task: TaskRow,
  status: TaskStatus | undefined,
  at: string,
): Pick<TaskChanges, 'completed_at'> {
  if (status === undefined) return {};
  if (isCompleted(status)) return { completed_at: at };
  return task.completed_at === null ? {} : { completed_at: null };
}
