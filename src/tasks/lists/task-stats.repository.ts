import { type Database, prepared } from '../../db/knex.ts';
import type { Day } from '../rules/days.ts';
import { DUE_OR_NEVER } from './task-order.ts';

/** Numbers of tasks by what they have in common. */
export interface TaskStatsRow {
  readonly statuses: Readonly<Record<string, number>>;
  /** Of open tasks. */
  readonly priorities: Readonly<Record<string, number>>;
  readonly overdue: number;
  readonly due_today: number;
  /** By the number of the day, from 1; days without any are left out. */
  readonly completed: Readonly<Record<string, number>>;
}

const IS_OPEN = `status in ('pending', 'in_progress')`;

export function taskStatsRepository(database: Database) {
  return {
    /**
     * All of it in one statement.
     *
     * @param days what is counted by day, the earliest first; the last one is today
     */
    count: async (userId: string, days: readonly Day[], at: string): Promise<TaskStatsRow> => {
      const today = days.at(-1);
      if (today === undefined) throw new Error('Today is one of the days');
      const query = database
        .with(
          'live',
          database('tasks')
            .select('status', 'priority', 'completed_at', database.raw(`${DUE_OR_NEVER} as due_at`))
            .where({ user_id: userId })
            .whereNull('deleted_at'),
        )
        .first(
          database.raw(`(select coalesce(jsonb_object_agg(status, tasks), '{}') from
            (select status, count(*) as tasks from live group by status) by_status) as statuses`),
          database.raw(`(select coalesce(jsonb_object_agg(priority, tasks), '{}') from
            (select priority, count(*) as tasks from live where ${IS_OPEN} group by priority) by_priority) as priorities`),
          database.raw(
            `(select count(*)::int from live where due_at <= ?::timestamptz and ${IS_OPEN}) as overdue`,
            [at],
          ),
          database.raw(
            '(select count(*)::int from live where due_at >= ?::timestamptz and due_at < ?::timestamptz) as due_today',
            [today.from, today.to],
          ),
          database.raw(
            `(select coalesce(jsonb_object_agg(day, tasks), '{}') from
              (select width_bucket(completed_at, ?::timestamptz[]) as day, count(*) as tasks from live
                where completed_at >= ?::timestamptz and completed_at < ?::timestamptz group by day) by_day) as completed`,
            [days.map(({ from }) => from), days[0]?.from ?? today.from, today.to],
          ),
        );
      return prepared(database, 'tasks.stats', query);
    },
  };
}

export type TaskStatsRepository = ReturnType<typeof taskStatsRepository>;
