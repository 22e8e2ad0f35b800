import { Temporal } from 'temporal-polyfill';

/** A day in a time zone: the instants that it is made of. */
export interface Day {
  /** `2026-11-28`. */
  readonly date: string;
  /** Its first instant. */
  readonly from: string;
  /** The first instant of the next day. */
  readonly to: string;
}

/** The days up to the one that it is then and there, the earliest first. */
export function lastDays(count: number, at: Date, timeZone: string): Day[] {
  const today = Temporal.Instant.from(at.toISOString()).toZonedDateTimeISO(timeZone).toPlainDate();
  const startOf = (date: Temporal.PlainDate): string =>
    date.toZonedDateTime({ timeZone }).toInstant().toString({ fractionalSecondDigits: 3 });
  const starts = Array.from({ length: count + 1 }, (_, index) => {
    const date = today.add({ days: index + 1 - count });
    return { date: date.toString(), from: startOf(date) };
  });
  return starts.slice(0, -1).map((start, index) => ({ ...start, to: starts[index + 1]?.from ?? start.from }));
}

export function dayOf(at: Date, timeZone: string): Day {
  const [today] = lastDays(1, at, timeZone);
  if (today === undefined) throw new Error('There is always a today');
  return today;
}
