import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timestampTypes, toRfc3339 } from '../../src/db/timestamps.ts';

/** What PostgreSQL writes in UTC: no zeros at the end of the fraction. */
function asPostgres(instant: Date): string {
  const [seconds = '', fraction = ''] = instant.toISOString().replace('T', ' ').replace('Z', '').split('.');
  const digits = fraction.replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}+00`;
}

describe('a timestamp of the database', () => {
  it.each([
    { text: '2026-11-21 09:30:00+00', timestamp: '2026-11-21T09:30:00.000Z' },
    { text: '2026-11-21 09:30:00.1+00', timestamp: '2026-11-21T09:30:00.100Z' },
    { text: '2026-11-21 09:30:00.12+00', timestamp: '2026-11-21T09:30:00.120Z' },
    { text: '2026-11-21 09:30:00.123+00', timestamp: '2026-11-21T09:30:00.123Z' },
    { text: '2026-11-21 09:30:00.007+00', timestamp: '2026-11-21T09:30:00.007Z' },
    { text: '2026-11-21 09:30:00.123456+00', timestamp: '2026-11-21T09:30:00.123Z' },
    { text: '2026-11-21 10:30:00+01', timestamp: '2026-11-21T09:30:00.000Z' },
    { text: '2026-11-21 15:00:00.5+05:30', timestamp: '2026-11-21T09:30:00.500Z' },
    { text: '2026-11-21 05:30:00-04', timestamp: '2026-11-21T09:30:00.000Z' },
    { text: '1970-01-01 00:00:00+00', timestamp: '1970-01-01T00:00:00.000Z' },
    { text: '0001-01-01 00:00:00+00', timestamp: '0001-01-01T00:00:00.000Z' },
    { text: '9999-12-31 23:59:59.999+00', timestamp: '9999-12-31T23:59:59.999Z' },
    { text: 'infinity', timestamp: 'infinity' },
    { text: '-infinity', timestamp: '-infinity' },
  ])('$text is $timestamp', ({ text, timestamp }) => expect(toRfc3339(text)).toBe(timestamp));

  it('is the same instant as with Date, whichever it is', () => {
    const range = {
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), (instant) => {
        expect(toRfc3339(asPostgres(instant))).toBe(instant.toISOString());
      }),
    );
  });

  it('is read by the pool, and nothing else is', () => {
    const { getTypeParser } = timestampTypes;
    expect(getTypeParser(1184)('2026-11-21 09:30:00+00')).toBe('2026-11-21T09:30:00.000Z');
    expect(getTypeParser(23)('17')).toBe(17);
    expect(getTypeParser(20)('17')).toBe('17');
    expect(getTypeParser(3802)('{"a":1}')).toEqual({ a: 1 });
  });
});
