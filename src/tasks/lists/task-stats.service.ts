import type { Schemas } from '../../contract/types.ts';
import { lastDays } from '../rules/days.ts';
import { isOpen } from '../rules/statuses.ts';
import type { TaskStatsRepository } from './task-stats.repository.ts';

export interface TaskStatsServiceOptions {
  readonly stats: TaskStatsRepository;
  readonly timeZoneOf: (userId: string) => Promise<string>;
  readonly now: () => Date;
}

export function taskStatsService({ stats, timeZoneOf, now }: TaskStatsServiceOptions) {
  return {
    /** @param count days to look back, today included */
    count: async (userId: string, count: number | undefined): Promise<Schemas['TaskStats']> => {
      if (count === undefined) throw new Error('The validator fills in the default of days');
      const timezone = await timeZoneOf(userId);
      const at = now();
      const days = lastDays(count, at, timezone);
      const { statuses, priorities, overdue, due_today, completed } = await stats.count(
        userId,
        days,
        at.toISOString(),
      );
      const open = Object.entries(statuses).filter(([status]) => isOpen(status));
      return {
        total: sum(Object.values(statuses)),
        open: sum(open.map(([, tasks]) => tasks)),
        overdue,
        due_today,
        by_status: { pending: 0, in_progress: 0, completed: 0, cancelled: 0, ...statuses },
        by_priority: { none: 0, low: 0, medium: 0, high: 0, urgent: 0, ...priorities },
        completed_per_day: days.map(({ date }, index) => ({ date, count: completed[index + 1] ?? 0 })),
        timezone,
      };
    },
  };
}

export type TaskStatsService = ReturnType<typeof taskStatsService>;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
