import type { Schemas } from '../../contract/types.ts';
import { lastDays } from '../rules/days.ts';
import { isOpen } from '../rules/statuses.ts';
import type { CountByDay, CountByState, TaskStatsRepository } from './task-stats.repository.ts';

type TaskStats = Schemas['TaskStats'];

export interface TaskStatsServiceOptions {
  readonly stats: TaskStatsRepository;
  readonly timeZoneOf: (userId: string) => Promise<string>;
  readonly now: () => Date;
}

export function taskStatsService({ stats, timeZoneOf, now }: TaskStatsServiceOptions) {
  return {
    /** @param length how many days to look back, today included */
    count: async (userId: string, length: number | undefined): Promise<TaskStats> => {
      if (length === undefined) throw new Error('The validator fills in the default of days');
      const timezone = await timeZoneOf(userId);
      const at = now();
      const days = lastDays(length, at, timezone);
      const rows = await stats.count(userId, days, at.toISOString());
      const states = rows.filter((row): row is CountByState => row.status !== null);
      const open = states.filter(({ status }) => isOpen(status));
      const byDay = rows.filter((row): row is CountByDay => row.status === null);
      return {
        total: sum(states, 'tasks'),
        open: sum(open, 'tasks'),
        overdue: sum(open, 'past_due'),
        due_today: sum(states, 'due_today'),
        by_status: {
          ...{ pending: 0, in_progress: 0, completed: 0, cancelled: 0 },
          ...sumBy(states, 'status'),
        },
        by_priority: { none: 0, low: 0, medium: 0, high: 0, urgent: 0, ...sumBy(open, 'priority') },
        completed_per_day: days.map(({ date }, index) => ({
          date,
          count: byDay.find(({ day }) => day === index + 1)?.tasks ?? 0,
        })),
        timezone,
      };
    },
  };
}

export type TaskStatsService = ReturnType<typeof taskStatsService>;

function sum(rows: readonly CountByState[], count: 'tasks' | 'past_due' | 'due_today'): number {
  return rows.reduce((total, row) => total + row[count], 0);
}

function sumBy(rows: readonly CountByState[], key: 'status' | 'priority'): Record<string, number> {
  const groups = Map.groupBy(rows, (row) => row[key]);
  return Object.fromEntries([...groups].map(([name, group]) => [name, sum(group, 'tasks')]));
}
