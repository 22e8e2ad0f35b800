import type { CursorCodec } from '../contract/cursors.ts';
import { taskHistoryRepository } from '../tasks/lists/task-history.repository.ts';
import { taskHistoryService } from '../tasks/lists/task-history.service.ts';
import { taskListHandlers } from '../tasks/lists/task-lists.handlers.ts';
import { taskListsRepository } from '../tasks/lists/task-lists.repository.ts';
import { taskListsService } from '../tasks/lists/task-lists.service.ts';
import { taskStatsRepository } from '../tasks/lists/task-stats.repository.ts';
import { taskStatsService } from '../tasks/lists/task-stats.service.ts';
import { findCaller } from '../users/users.service.ts';
import type { Ground } from './ground.ts';

/** What reads many tasks at once. */
export function composeTaskLists({ database, document, users, now }: Ground, cursors: CursorCodec) {
  const { TaskStatus, TaskPriority } = document.components.schemas;
  const [statuses, priorities] = [TaskStatus.enum, TaskPriority.enum];
  const timeZoneOf = async (userId: string): Promise<string> => (await findCaller(users, userId)).timezone;
  return taskListHandlers({
    lists: taskListsService({ tasks: taskListsRepository(database), timeZoneOf, cursors, priorities, now }),
    stats: taskStatsService({ stats: taskStatsRepository(database), timeZoneOf, statuses, priorities, now }),
    history: taskHistoryService({ history: taskHistoryRepository(database), cursors }),
  });
}
