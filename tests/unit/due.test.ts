import { describe, expect, it } from 'vitest';
import { dueAt, dueFaults, followsUser, mergeDue } from '../../src/tasks/rules/due.ts';

const at = (date: string, time: string | null, timezone: string | null, userZone: string): string =>
  dueAt({ date, time, timezone }, userZone);

describe('the instant of a due date', () => {
  it.each([
    { zone: 'UTC', date: '2026-11-28', instant: '2026-11-28T23:59:59.999Z' },
    { zone: 'Pacific/Kiritimati', date: '2026-11-28', instant: '2026-11-28T09:59:59.999Z' },
    { zone: 'Etc/GMT+12', date: '2026-11-28', instant: '2026-11-29T11:59:59.999Z' },
    { zone: 'Asia/Kathmandu', date: '2026-11-28', instant: '2026-11-28T18:14:59.999Z' },
    { zone: 'America/New_York', date: '2026-01-31', instant: '2026-02-01T04:59:59.999Z' },
    { zone: 'Europe/London', date: '2028-02-29', instant: '2028-02-29T23:59:59.999Z' },
    { zone: 'Europe/London', date: '2026-12-31', instant: '2026-12-31T23:59:59.999Z' },
    // Days of 23 and 25 hours.
    { zone: 'Europe/Berlin', date: '2026-03-29', instant: '2026-03-29T21:59:59.999Z' },
    { zone: 'Europe/Berlin', date: '2026-10-25', instant: '2026-10-25T22:59:59.999Z' },
    // The next day begins at one o'clock, for midnight is skipped.
    { zone: 'Africa/Cairo', date: '2026-04-23', instant: '2026-04-23T21:59:59.999Z' },
    // A day that Samoa left out.
    { zone: 'Pacific/Apia', date: '2011-12-29', instant: '2011-12-30T09:59:59.999Z' },
  ])('is the last millisecond of $date in $zone', ({ zone, date, instant }) => {
    expect(at(date, null, null, zone)).toBe(instant);
  });

  it.each([
    { what: 'floats with the user', time: '18:00', timezone: null, instant: '2026-11-28T23:00:00.000Z' },
    {
      what: 'is in its own zone',
      time: '18:00',
      timezone: 'Asia/Tokyo',
      instant: '2026-11-28T09:00:00.000Z',
    },
    { what: 'is midnight', time: '00:00', timezone: 'UTC', instant: '2026-11-28T00:00:00.000Z' },
  ])('$what', ({ time, timezone, instant }) => {
    expect(at('2026-11-28', time, timezone, 'America/New_York')).toBe(instant);
  });

  it.each([
    { what: 'skipped in spring', date: '2026-03-29', time: '02:30', instant: '2026-03-29T01:30:00.000Z' },
    { what: 'first after the skip', date: '2026-03-29', time: '03:00', instant: '2026-03-29T01:00:00.000Z' },
    { what: 'twice in autumn', date: '2026-10-25', time: '02:30', instant: '2026-10-25T00:30:00.000Z' },
    { what: 'after both', date: '2026-10-25', time: '03:00', instant: '2026-10-25T02:00:00.000Z' },
  ])('of a time that comes $what', ({ date, time, instant }) => {
    expect(at(date, time, 'Europe/Berlin', 'UTC')).toBe(instant);
  });

  it('stays within the years that can be written down', () => {
    expect(at('0001-01-01', '00:00', 'Asia/Tokyo', 'UTC')).toBe('0001-01-01T00:00:00.000Z');
    expect(at('9999-12-31', null, null, 'America/New_York')).toBe('9999-12-31T23:59:59.999Z');
  });

  it('follows the user unless it has a zone', () => {
    expect(followsUser({ date: '2026-11-28', time: null, timezone: null })).toBe(true);
    expect(followsUser({ date: '2026-11-28', time: '18:00', timezone: null })).toBe(true);
    expect(followsUser({ date: '2026-11-28', time: '18:00', timezone: 'UTC' })).toBe(false);
  });
});

describe('a merge patch of a due date', () => {
  const due = { date: '2026-11-28', time: '18:00', timezone: 'Europe/London' };

  it.each([
    { from: due, patch: null, to: null },
    { from: due, patch: {}, to: due },
    { from: due, patch: { date: '2026-11-29' }, to: { ...due, date: '2026-11-29' } },
    { from: due, patch: { timezone: null }, to: { ...due, timezone: null } },
    { from: due, patch: { time: undefined }, to: due },
    { from: null, patch: { date: '2026-11-29' }, to: { date: '2026-11-29', time: null, timezone: null } },
  ])('makes $to of $from by $patch', ({ from, patch, to }) => {
    expect(mergeDue(from, patch)).toEqual(to);
  });

  it.each([
    { due: { date: '2026-11-28', time: null, timezone: null }, places: [] },
    { due, places: [] },
    { due: { time: '18:00', timezone: null }, places: ['/due/date'] },
    { due: { date: '2026-11-28', time: null, timezone: 'UTC' }, places: ['/due/timezone'] },
    { due: { time: null, timezone: 'UTC' }, places: ['/due/date', '/due/timezone'] },
  ])('finds what is wrong with $due', ({ due: merged, places }) => {
    expect(dueFaults(merged).map(({ pointer }) => pointer)).toEqual(places);
  });
});
