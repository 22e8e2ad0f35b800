import type { CursorCodec } from '../../contract/cursors.ts';
import type { PageRequest } from '../../contract/pages.ts';
import type { Schemas } from '../../contract/types.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { toTask } from '../tasks.mapper.ts';
import type { TaskFilter, TaskListsRepository } from './task-lists.repository.ts';

export interface TaskListsServiceOptions {
  readonly tasks: TaskListsRepository;
  readonly cursors: CursorCodec;
  readonly now: () => Date;
}

export function taskListsService({ tasks, cursors, now }: TaskListsServiceOptions) {
  const present = (row: TaggedTaskRow): Schemas['Task'] => toTask(row, now().toISOString());

  /** Everything that the position in a list means nothing without. */
  const cursorScope = (userId: string, { statuses, priorities }: TaskFilter): unknown[] => [
    'tasks',
    userId,
    // The order in which a filter lists its values does not matter.
    [statuses?.toSorted() ?? null, priorities?.toSorted() ?? null],
    '-created_at',
  ];

  return {
    list: async (userId: string, filter: TaskFilter, request: PageRequest): Promise<Schemas['TaskList']> => {
      const scope = cursorScope(userId, filter);
      // One more than the page holds tells whether there is a next one.
      const wanted = request.size + 1;
      const next = (rows: readonly TaggedTaskRow[]): string | null => {
        const last = rows[request.size - 1];
        return rows.length < wanted || last === undefined
          ? null
          : cursors.encode([last.created_at, last.id], scope);
      };
      if (request.kind === 'cursor') {
        const [createdAt = '', id = ''] = cursors.decode(request.cursor, scope);
        const rows = await tasks.listAfter(userId, filter, { createdAt, id }, wanted);
        const items = rows.slice(0, request.size).map(present);
        return { items, total: null, page: null, size: request.size, pages: null, next_cursor: next(rows) };
      }
      const total = await tasks.count(userId, filter);
      const rows = await tasks.listFrom(userId, filter, (request.page - 1) * request.size, wanted);
      return {
        items: rows.slice(0, request.size).map(present),
        total,
        page: request.page,
        size: request.size,
        pages: Math.ceil(total / request.size),
        next_cursor: next(rows),
      };
    },
  };
}

export type TaskListsService = ReturnType<typeof taskListsService>;
