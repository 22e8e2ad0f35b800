import type { Schemas } from '../../contract/types.ts';
import { lastDays } from '../rules/days.ts';
import { isOpen } from '../rules/statuses.ts';
import type { CountByDay, CountByState, TaskStatsRepository } from './task-stats.repository.ts';

type TaskStats = Schemas['TaskStats'];

export interface TaskStatsServiceOptions {
  readonly stats: TaskStatsRepository;
  readonly timeZoneOf: (userId: string) => Promise<string>;
  /** Those of the contract. */
  readonly statuses: readonly Schemas['TaskStatus'][];
  readonly priorities: readonly Schemas['TaskPriority'][];
  readonly now: () => Date;
}

export function taskStatsService(options: TaskStatsServiceOptions) {
  const { stats, timeZoneOf, statuses, priorities, now } = options;
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
        by_status: sumBy(states, 'status', statuses),
        by_priority: sumBy(open, 'priority', priorities),
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

/** @param values each has a sum, be it zero */
function sumBy<Value extends string>(
  rows: readonly CountByState[],
  key: 'status' | 'priority',
  values: readonly Value[],
): Record<Value, number> {
  const sums = values.map((value) => [
    value,
    sum(
      rows.filter((row) => row[key] === value),
      'tasks',
    ),
  ]);
  return Object.fromEntries(sums);
}
