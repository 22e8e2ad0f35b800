import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import { locationOf } from '../contract/pages.ts';
import type { Handlers, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { Once } from '../idempotency/once.ts';
import { distinctionsOf } from './tasks.mapper.ts';
import type { TasksService } from './tasks.service.ts';

type TaskOperations = 'createTask' | 'getTask' | 'replaceTask' | 'updateTask' | 'deleteTask';

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
        const task = await tasksIn(database).create(input.principal.userId, input.body);
        const headers = { Location: locationOf(input.url, task), ETag: taskTag(task) };
        return { status: 201, headers, body: task };
      }),

    getTask: async ({ principal, path, headers }) => {
      const task = await tasks.get(principal.userId, path.task_id);
      const tag = taskTag(task);
      const reply = { headers: { ETag: tag } };
      if (isUnchanged(headers['if-none-match'], tag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: task };
    },

    replaceTask: async ({ principal, path, headers, body }) => {
      const task = await tasks.replace(principal.userId, path.task_id, body, ifMatch(headers['if-match']));
      return { status: 200, headers: { ETag: taskTag(task) }, body: task };
    },

    updateTask: async ({ principal, path, headers, body }) => {
      const task = await tasks.update(principal.userId, path.task_id, body, ifMatch(headers['if-match']));
      return { status: 200, headers: { ETag: taskTag(task) }, body: task };
    },

    deleteTask: async ({ principal, path, headers }) => {
      await tasks.delete(principal.userId, path.task_id, ifMatch(headers['if-match']));
      return { status: 204 };
    },
  };
}

/** The entity tag of a task as it is answered. */
function taskTag(task: Schemas['Task']): string {
  return entityTag(task.version, ...distinctionsOf(task));
}
