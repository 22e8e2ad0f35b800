import type { CursorCodec } from '../../contract/cursors.ts';
import type { PageRequest } from '../../contract/pages.ts';
import { readPage, toList } from '../../contract/paging.ts';
import type { Schemas } from '../../contract/types.ts';
import type { EventRow } from '../../db/tables.ts';
import { NotFoundError } from '../../errors.ts';
import { toEvent } from '../../events/events.mapper.ts';
import type { TaskHistoryRepository } from './task-history.repository.ts';

export interface TaskHistoryServiceOptions {
  readonly history: TaskHistoryRepository;
  readonly cursors: CursorCodec;
}

export function taskHistoryService({ history, cursors }: TaskHistoryServiceOptions) {
  return {
    /** @throws NotFoundError when there is no such task, not even in the trash */
    list: async (userId: string, taskId: string, request: PageRequest): Promise<Schemas['EventList']> => {
      const scope = ['task history', userId, taskId.toLowerCase()];
      if (!(await history.hasTask(userId, taskId))) throw new NotFoundError('task');
      const page = await readPage<EventRow>(
        request,
        { codec: cursors, scope },
        {
          count: () => history.count(userId, taskId),
          from: (offset, size) => history.from(userId, taskId, offset, size),
          after: ([seq = ''], size) => history.before(userId, taskId, seq, size),
          positionOf: ({ seq }) => [seq],
        },
      );
      return toList(page, toEvent);
    },
  };
}

export type TaskHistoryService = ReturnType<typeof taskHistoryService>;
