import type { CursorCodec } from '../contract/cursors.ts';
import type { Database } from '../db/knex.ts';
import { problemDescriber } from '../http/problem.ts';
import type { Once } from '../idempotency/once.ts';
import { batchHandlers } from '../tasks/batch/batch.handlers.ts';
import { batchService } from '../tasks/batch/batch.service.ts';
import { taskHandlers } from '../tasks/tasks.handlers.ts';
import { tasksRepository } from '../tasks/tasks.repository.ts';
import { tasksService } from '../tasks/tasks.service.ts';
import { userTaskHandlers } from '../tasks/user-tasks.handlers.ts';
import { taskWriter } from '../tasks/writes/task-writer.ts';
import type { Ground } from './ground.ts';
import { composeTaskLists } from './task-lists.ts';

/** The operations on tasks. */
export function composeTasks(ground: Ground, once: Once, cursors: CursorCodec) {
  const { config, database, document, now } = ground;
  const writerIn = (within: Database) => taskWriter({ database: within, now });
  const tasksIn = (within: Database) =>
    tasksService({ tasks: tasksRepository(within), writer: writerIn(within), now });
  const handlers = {
    ...taskHandlers({ once, tasks: tasksIn(database), tasksIn }),
    ...composeTaskLists(ground, cursors),
  };
  return {
    ...handlers,
    ...userTaskHandlers(handlers),
    ...batchHandlers({
      once,
      batchIn: (within) => batchService({ writer: writerIn(within) }),
      describeProblem: problemDescriber({ document, publicUrl: config.publicUrl }),
    }),
  };
}
