import { isDeepStrictEqual } from 'node:util';
import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { optimistically } from '../db/optimistic.ts';
import { NotFoundError } from '../errors.ts';
import type { TaggedTaskRow } from './columns.ts';
import { moveTask } from './moves/move.ts';
import { movesRepository } from './moves/moves.repository.ts';
import { withCanonicalIds } from './rules/ids.ts';
import { toTask } from './tasks.mapper.ts';
import type { TasksRepository } from './tasks.repository.ts';
import { createTask } from './writes/create.ts';
import { completeTask, editTask, reopenTask } from './writes/edit.ts';
import { NOTHING, needsOfCreation, needsOfEdit, needsOfRestoration, together } from './writes/needs.ts';
import type { TaskWriter } from './writes/task-writer.ts';
import { taskWritesRepository } from './writes/task-writes.repository.ts';
import { purgeTask, restoreTask, trashTask } from './writes/trash.ts';

type Task = Schemas['Task'];

export interface TasksServiceOptions {
  readonly tasks: TasksRepository;
  readonly writer: TaskWriter;
  readonly now: () => Date;
}

export function tasksService({ tasks, writer, now }: TasksServiceOptions) {
  const present = (row: TaggedTaskRow): Task => toTask(row, now().toISOString());

  const edit = async (
    userId: string,
    id: string,
    patch: Schemas['TaskUpdate'],
    allowed: Precondition,
  ): Promise<Task> => {
    const fields = withCanonicalIds(patch);
    const needs = needsOfEdit(id, fields);
    const change = needs.families.length > 0 ? writer.changeLocked : writer.change;
    return present(await change(userId, needs, (draft) => editTask(draft, id, fields, allowed)));
  };

  return {
    get: async (userId: string, id: string): Promise<Task> => {
      const task = await tasks.find(userId, id);
      if (task === undefined) throw new NotFoundError('task');
      return present(task);
    },

    /** @returns the task; not new when it was there already, from the same request */
    create: async (
      userId: string,
      body: Schemas['TaskCreate'],
    ): Promise<{ readonly task: Task; readonly isNew: boolean }> => {
      const fields = withCanonicalIds(body);
      const { needs, suspected } = needsOfCreation(fields);
      const { task, isNew } = await writer.change(
        userId,
        needs,
        async (draft, within) => {
          const twins = draft.present(suspected.tasks);
          const creations = await taskWritesRepository(within).creations(userId, twins);
          return createTask(draft, fields, creations);
        },
        suspected,
      );
      return { task: present(task), isNew };
    },

    /** Merge patch: what it leaves out stays, and one that changes nothing leaves the version alone. */
    update: edit,

    /** The body is whole already: the contract's defaults stand in for what was left out. */
    replace: (
      userId: string,
      id: string,
      body: Schemas['TaskReplace'],
      allowed: Precondition,
    ): Promise<Task> => edit(userId, id, body, allowed),

    complete: async (userId: string, id: string, allowed: Precondition): Promise<Task> => {
      const needs = { ...NOTHING, tasks: [id] };
      return present(await writer.change(userId, needs, (draft) => completeTask(draft, id, allowed)));
    },

    reopen: async (userId: string, id: string, allowed: Precondition): Promise<Task> => {
      const needs = { ...NOTHING, tasks: [id] };
      return present(await writer.change(userId, needs, (draft) => reopenTask(draft, id, allowed)));
    },

    /** Right after or before another task. */
    move: async (
      userId: string,
      id: string,
      where: Schemas['TaskMove'],
      allowed: Precondition,
    ): Promise<Task> => {
      const moved = await writer.changeLocked(userId, { ...NOTHING, tasks: [id] }, (draft, within) =>
        moveTask(draft, movesRepository(within), id, where, allowed),
      );
      return present(moved);
    },

    /** @param permanent for good; otherwise into the trash */
    delete: async (userId: string, id: string, permanent: boolean, allowed: Precondition): Promise<void> => {
      const needs = { ...NOTHING, tasks: [id], families: [id] };
      const remove = permanent ? purgeTask : trashTask;
      await writer.changeLocked(userId, needs, (draft) => remove(draft, id, allowed));
    },

    restore: async (userId: string, id: string, allowed: Precondition): Promise<Task> => {
      const family = { ...NOTHING, tasks: [id], families: [id] };
      const restored = await optimistically(async () => {
        // What the task belongs to is locked before the task is.
        const { tasks: seen } = await writer.read(userId, { ...NOTHING, tasks: [id] });
        const belongings = needsOfRestoration(seen[0]);
        return writer.changeLocked(userId, together([family, belongings]), (draft) =>
          isDeepStrictEqual(needsOfRestoration(draft.find(id)), belongings)
            ? restoreTask(draft, id, allowed)
            : undefined,
        );
      });
      return present(restored);
    },
  };
}

export type TasksService = ReturnType<typeof tasksService>;
