import { describe, expect, it } from 'vitest';
import { entityTag, ifMatch, isUnchanged } from '../../src/contract/conditional.ts';

describe('an entity tag', () => {
  it('is the version', () => expect(entityTag(3)).toBe('"3"'));

  it('goes on with what tells the answer apart', () => {
    expect(entityTag(3, 'overdue')).toBe('"3-overdue"');
    expect(entityTag('1742', 0, 12)).toBe('"1742-0-12"');
  });
});

describe('If-Match, for version 3', () => {
  it.each([
    { header: undefined, allowed: true },
    { header: '*', allowed: true },
    { header: '"3"', allowed: true },
    { header: '"1", "3"', allowed: true },
    { header: '"1","3" , "4"', allowed: true },
    { header: 'W/"3", "3"', allowed: true },
    { header: '"a,b", "3"', allowed: true },
    { header: '"3-overdue"', allowed: true },
    { header: '"3-0-12"', allowed: true },
    { header: '"2-3"', allowed: false },
    { header: '"3-"', allowed: false },
    { header: '"-3"', allowed: false },
    { header: '"03"', allowed: false },
    { header: 'W/"3-overdue"', allowed: false },
    { header: '"2"', allowed: false },
    { header: 'W/"3"', allowed: false },
    { header: '"1", W/"3"', allowed: false },
    { header: '""', allowed: false },
    { header: '"33"', allowed: false },
    { header: '"3,"', allowed: false },
    { header: '3', allowed: false },
    { header: '', allowed: false },
  ])('$header: $allowed', ({ header, allowed }) => expect(ifMatch(header)(3)).toBe(allowed));
});

describe('If-None-Match, for "3-overdue"', () => {
  it.each([
    { header: undefined, unchanged: false },
    { header: '*', unchanged: true },
    { header: '"3-overdue"', unchanged: true },
    { header: 'W/"3-overdue"', unchanged: true },
    { header: '"1", W/"3-overdue"', unchanged: true },
    { header: '"3"', unchanged: false },
    { header: '"3-overdue-1"', unchanged: false },
    { header: '"2-overdue"', unchanged: false },
    { header: '"1", "2"', unchanged: false },
    { header: '', unchanged: false },
  ])('$header: $unchanged', ({ header, unchanged }) => {
    expect(isUnchanged(header, entityTag(3, 'overdue'))).toBe(unchanged);
  });
});
