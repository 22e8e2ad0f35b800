import { listReply } from '../../contract/list-replies.ts';
import { linkHeader, toPageRequest } from '../../contract/pages.ts';
import type { Handlers } from '../../contract/types.ts';
import type { TaskHistoryService } from './task-history.service.ts';
import type { TaskListsService } from './task-lists.service.ts';
import type { TaskStatsService } from './task-stats.service.ts';

type ListOperations = 'listTasks' | 'getTaskStats' | 'listTaskHistory';

export interface TaskListServices {
  readonly lists: TaskListsService;
  readonly stats: TaskStatsService;
  readonly history: TaskHistoryService;
}

export function taskListHandlers({
  lists,
  stats,
  history,
}: TaskListServices): Pick<Handlers, ListOperations> {
  return {
    listTasks: async (input) => {
      const { principal, query } = input;
      return listReply(
        input,
        (header) => lists.currentTag(principal.userId, query, header),
        () => lists.list(principal.userId, query),
      );
    },

    getTaskStats: async ({ principal, query }) => ({
      status: 200,
      body: await stats.count(principal.userId, query.days),
    }),

    listTaskHistory: async ({ principal, path, query, url }) => {
      const list = await history.list(principal.userId, path.task_id, toPageRequest(query));
      return { status: 200, headers: linkHeader(url, list), body: list };
    },
  };
}
