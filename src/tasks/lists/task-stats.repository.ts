import { type Database, prepared } from '../../db/knex.ts';
import type { Day } from '../rules/days.ts';
import { DUE_OR_NEVER } from './task-order.ts';

/** How many tasks have something in common: status and priority, or the day on which they were completed. */
export type TaskCountRow = CountByState | CountByDay;

export interface CountByState {
  readonly status: string;
  readonly priority: string;
  readonly tasks: number;
  /** Those whose due date has passed, open or not. */
  readonly past_due: number;
  readonly due_today: number;
}

export interface CountByDay {
  readonly status: null;
  /** Number of the day, from 1; another number or null for tasks that were completed on none of the days. */
  readonly day: number | null;
  readonly tasks: number;
}

export function taskStatsRepository(database: Database) {
  return {
    /**
     * All of it in one statement that goes through the tasks once.
     *
     * @param days what is counted by day, the earliest first; the last one is today
     */
    count: async (userId: string, days: readonly Day[], at: string): Promise<TaskCountRow[]> => {
      const today = days.at(-1);
      if (today === undefined) throw new Error('Today is one of the days');
      const limits = [...days.map(({ from }) => from), today.to];
      const live = database('tasks')
        .select('status', 'priority', database.raw(`${DUE_OR_NEVER} as due`))
        .select(database.raw('width_bucket(completed_at, ?::timestamptz[]) as day', [limits]))
        .where({ user_id: userId })
        .whereNull('deleted_at');
      const query = database
        .select('status', 'priority', 'day', database.raw('count(*)::int as tasks'))
        .select(database.raw('(count(*) filter (where due <= ?::timestamptz))::int as past_due', [at]))
        .select(
          database.raw(
            '(count(*) filter (where due >= ?::timestamptz and due < ?::timestamptz))::int as due_today',
            [today.from, today.to],
          ),
        )
        .from(live.as('live'))
        .groupByRaw('grouping sets ((status, priority), (day))');
      return prepared(database, 'tasks.stats', query);
    },
  };
}

export type TaskStatsRepository = ReturnType<typeof taskStatsRepository>;
