import pg from 'pg';

/** PostgreSQL's type number of `timestamptz`, and of an array of it. */
const TIMESTAMPTZ = 1184;
/** And of `date`, which the usual way makes an instant of, in the time zone of the process. */
const DATE = 1082;

/**
 * Reads timestamps as RFC 3339 strings. The usual way, through `Date` and back, costs more than the rest of a row.
 */
export const timestampTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    format !== 'binary' && (oid === TIMESTAMPTZ || oid === DATE)
      ? oid === DATE
        ? String
        : toRfc3339
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** `2026-11-21 09:30:00.12+00` becomes `2026-11-21T09:30:00.120Z`. */
export function toRfc3339(text: string): string {
  if (text.length <= 26 && text.endsWith('+00') && text[10] === ' ') {
    const fraction = text.length > 22 ? text.slice(20, -3) : '';
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`;
  }
  // Another session time zone, a year beyond 9999, or microseconds.
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? text : instant.toISOString();
}
