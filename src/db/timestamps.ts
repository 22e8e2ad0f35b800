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

/** The instants that four digits of a year can say. */
const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * An RFC 3339 timestamp as a limit that stored instants are compared with: `at >= limit` and `at < limit` are what they
 * were, as those have whole milliseconds. PostgreSQL does not take all of them as they are: no year 0, no offset of a day.
 */
export function toLimit(text: string): string {
  const milliseconds = Date.parse(text) + (/\.\d{3}\d*[1-9]/.test(text) ? 1 : 0);
  if (milliseconds < EARLIEST) return '-infinity';
  return milliseconds > LATEST ? 'infinity' : new Date(milliseconds).toISOString();
}
