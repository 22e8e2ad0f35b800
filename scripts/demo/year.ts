import type { TaskCreate } from '../../sdk/src/index.ts';
import type { Chance } from './chance.ts';
import {
  type Idea,
  MONTHLY,
  MOVING,
  type ProjectName,
  SOMEDAY,
  WEEKENDS,
  WEEKLY,
  WORKDAYS,
} from './story.ts';

/** What is noted, and what is done, in one week. */
export interface Week {
  /** A task comes before its subtasks. */
  readonly tasks: readonly (TaskCreate & { readonly id: string })[];
  /** Ids of those that are completed. */
  readonly completed: readonly string[];
}

const DAY = 86_400_000;
const WEEKS_BACK = 52;
const WEEKS_AHEAD = 3;

/**
 * A year up to now, and the weeks to come, by week: work on workdays, the household at weekends, little in holidays. What is
 * past is done, except for the few things that everybody puts off.
 *
 * @param today `2026-11-21`
 * @param projects ids
 */
export function inventYear(
  chance: Chance,
  today: string,
  projects: Readonly<Record<ProjectName, string>>,
): Week[] {
  const now = Date.parse(today);
  const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * DAY;
  const weeks = Array.from({ length: WEEKS_BACK + WEEKS_AHEAD }, (_, index) => {
    const start = monday + (index - WEEKS_BACK + 1) * 7 * DAY;
    const planned = planWeek(chance, start, index);
    return toWeek(chance, planned, now, projects);
  });
  const someday = SOMEDAY.map((idea) => ({ idea, day: undefined }));
  return [...weeks, toWeek(chance, someday, now, projects)];
}

interface Planned<Day extends number | undefined = number> {
  readonly idea: Idea;
  readonly day: Day;
}

function planWeek(chance: Chance, start: number, index: number): Planned[] {
  const days = Array.from({ length: 7 }, (_, day) => start + day * DAY);
  const on = (day: number): number => days[day] ?? start;
  const first = days.find((day) => new Date(day).getUTCDate() === 1);
  const isHoliday = /-(08-1|08-2[0-4]|12-2[4-9]|12-3)/.test(toDate(on(3)));
  const some = (most: number, ideas: readonly [Idea, ...Idea[]], from: number, to: number): Planned[] => {
    const chosen = new Set(Array.from({ length: chance.between(0, most) }, () => chance.pick(ideas)));
    return [...chosen].map((idea) => ({ idea, day: on(chance.between(from, to)) }));
  };
  return [
    ...WEEKLY.filter(({ project }) => !isHoliday || project === 'garden').map((idea) => ({
      idea,
      day: on(idea.day),
    })),
    ...(first === undefined ? [] : MONTHLY.map((idea) => ({ idea, day: first }))),
    ...(isHoliday ? [] : some(6, WORKDAYS, 0, 4)),
    ...some(isHoliday ? 1 : 3, WEEKENDS, 5, 6),
    ...(index < WEEKS_BACK / 4 ? some(2, MOVING, 0, 6) : []),
  ].sort((one, other) => one.day - other.day);
}

function toWeek(
  chance: Chance,
  planned: readonly Planned<number | undefined>[],
  now: number,
  projects: Readonly<Record<ProjectName, string>>,
): Week {
  const tasks: (TaskCreate & { id: string })[] = [];
  const completed: string[] = [];
  for (const { idea, day } of planned) {
    const { title, project, tags = [], priority = 'none', steps = [] } = idea;
    const id = chance.uuid();
    const project_id = project === undefined ? null : projects[project];
    const status = statusOf(chance, day, now);
    const due = day === undefined ? null : dueOn(day, idea);
    tasks.push({
      id,
      title,
      tags: [...tags],
      priority,
      project_id,
      due,
      status: status === 'completed' ? 'pending' : status,
    });
    for (const step of steps) {
      const stepId = chance.uuid();
      tasks.push({ id: stepId, title: step, parent_id: id, project_id });
      if (status === 'completed' || (status === 'in_progress' && chance.happens(0.5))) completed.push(stepId);
    }
    if (status === 'completed') completed.push(id);
  }
  return { tasks, completed };
}

function statusOf(chance: Chance, day: number | undefined, now: number) {
  if (day === undefined || day > now + DAY) return 'pending';
  if (day >= now) return chance.happens(0.3) ? 'in_progress' : 'pending';
  // The longer it was due, the less it is still open.
  if (chance.happens(day > now - 14 * DAY ? 0.8 : 0.96)) return 'completed';
  return chance.happens(0.5) ? 'cancelled' : 'pending';
}

function dueOn(day: number, { time, zone }: Idea) {
  return { date: toDate(day), time: time ?? null, timezone: zone ?? null };
}

function toDate(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
