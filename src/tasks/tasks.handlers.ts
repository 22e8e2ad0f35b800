import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import { locationOf } from '../contract/pages.ts';
import type { Handlers, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import { distinctionsOf } from './tasks.mapper.ts';
import type { TasksService } from './tasks.service.ts';

type TaskOperations =
  | 'createTask'
  | 'getTask'
  | 'replaceTask'
  | 'updateTask'
  | 'deleteTask'
  | 'completeTask'
  | 'reopenTask'
  | 'moveTask'
  | 'restoreTask';

export interface TaskServices {
  readonly once: Once;
  readonly tasks: TasksService;
  /** The same within a transaction. */
  readonly tasksIn: (database: Database) => TasksService;
}

export function taskHandlers(services: TaskServices): Pick<Handlers, TaskOperations> {
  const { once, tasks, tasksIn } = services;
  return {
    createTask: (input) =>
      once('createTask', input, async (database) => {
        const { task, isNew } = await tasksIn(database).create(input.principal.userId, input.body);
        const headers = { Location: locationOf(input.url, task), ETag: taskTag(task) };
        return { status: isNew ? 201 : 200, headers, body: task };
      }),

    getTask: async ({ principal, path, headers }) => {
      const task = await tasks.get(principal.userId, path.task_id);
      const tag = taskTag(task);
      const reply = { headers: { ETag: tag } };
      if (isUnchanged(headers['if-none-match'], tag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: task };
    },

    replaceTask: async ({ principal, path, headers, body }) =>
      changed(await tasks.replace(principal.userId, path.task_id, body, ifMatch(headers['if-match']))),

    updateTask: async ({ principal, path, headers, body }) =>
      changed(await tasks.update(principal.userId, path.task_id, body, ifMatch(headers['if-match']))),

    deleteTask: async ({ principal, path, query, headers }) => {
      const allowed = ifMatch(headers['if-match']);
      await tasks.delete(principal.userId, path.task_id, query.permanent === true, allowed);
      return { status: 204 };
    },

    completeTask: async ({ principal, path, headers }) =>
      changed(await tasks.complete(principal.userId, path.task_id, ifMatch(headers['if-match']))),

    reopenTask: async ({ principal, path, headers }) =>
      changed(await tasks.reopen(principal.userId, path.task_id, ifMatch(headers['if-match']))),

    moveTask: async ({ principal, path, headers, body }) =>
      changed(await tasks.move(principal.userId, path.task_id, body, ifMatch(headers['if-match']))),

    restoreTask: async ({ principal, path, headers }) =>
      changed(await tasks.restore(principal.userId, path.task_id, ifMatch(headers['if-match']))),
  };
}

/** The answer of what changes a task. */
function changed(task: Schemas['Task']) {
  return { status: 200, headers: { ETag: taskTag(task) }, body: task } as const;
}

/** The entity tag of a task as it is answered. */
function taskTag(task: Schemas['Task']): string {
  return entityTag(task.version, ...distinctionsOf(task));
}
