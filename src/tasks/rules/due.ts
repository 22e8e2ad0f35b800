import { Temporal } from 'temporal-polyfill';
import type { FieldFault } from '../../errors.ts';

/** When a task is to be done, as people say it. */
export interface Due {
  /** `2026-11-28`. */
  readonly date: string;
  /** `18:00`; null for the whole day. */
  readonly time: string | null;
  /** Null for the zone that the user is in. */
  readonly timezone: string | null;
}

/** A merge patch of it. */
export type DuePatch = { readonly [K in keyof Due]?: Due[K] | undefined };

/** The instants that four digits of a year can say, which the contract and the database hold to. */
const FIRST = '0001-01-01T00:00:00.000Z';
const LAST = '9999-12-31T23:59:59.999Z';

/**
 * The instant after which the task is overdue. A day ends with its last millisecond. A time that the clocks skip is as
 * much later as they are put forward, of one that comes twice it is the first (Temporal's `compatible`).
 *
 * @param userZone the zone of days, and of times that name none
 */
export function dueAt({ date, time, timezone }: Due, userZone: string): string {
  const instant = time === null ? endOfDay(date, userZone) : instantOf(date, time, timezone ?? userZone);
  const { year } = instant.toZonedDateTimeISO('UTC');
  if (year < 1) return FIRST;
  return year > 9999 ? LAST : instant.toString({ fractionalSecondDigits: 3 });
}

/** Whether the instant depends on where the user is. */
export function followsUser({ time, timezone }: Due): boolean {
  return time === null || timezone === null;
}

/** RFC 7396 on what there was. @throws nothing; what is not a due date then is for `dueFaults` to tell */
export function mergeDue(due: Due | null, patch: DuePatch | null): Partial<Due> | null {
  if (patch === null) return null;
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { time: null, timezone: null, ...due, ...Object.fromEntries(given) };
}

/** What the schema can't say of a due date. */
export function dueFaults({ date, time, timezone }: Partial<Due>): FieldFault[] {
  const faults: FieldFault[] = [];
  if (date === undefined) {
    faults.push({ pointer: '/due/date', code: 'required', message: 'is required' });
  }
  if (time === null && timezone !== null) {
    faults.push({ pointer: '/due/timezone', code: 'not_allowed', message: 'goes with a time only' });
  }
  return faults;
}

function endOfDay(date: string, timeZone: string): Temporal.Instant {
  const next = Temporal.PlainDate.from(date).add({ days: 1 });
  return next.toZonedDateTime({ timeZone }).toInstant().subtract({ milliseconds: 1 });
}

function instantOf(date: string, time: string, timeZone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(`${date}T${time}`)
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' })
    .toInstant();
}
