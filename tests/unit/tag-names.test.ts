import { describe, expect, it } from 'vitest';
import { tagNameKey } from '../../src/tags/tag-names.ts';

describe('names of tags are compared', () => {
  it.each([
    ['errands', 'Errands'],
    ['Straße', 'STRASSE'],
    ['caf\u00e9', 'CAFE\u0301'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['at  home', 'At\u00a0home'],
  ])('%s and %s are one', (one, other) => {
    expect(tagNameKey(one)).toBe(tagNameKey(other));
  });

  it.each([
    ['cafe', 'café'],
    ['at home', 'athome'],
    ['1', '１'],
  ])('%s and %s are two', (one, other) => {
    expect(tagNameKey(one)).not.toBe(tagNameKey(other));
  });

  it('a key is its own key', () => {
    for (const name of ['Straße', 'ŉ', 'İstanbul', 'ΐ', 'CAFE\u0301']) {
      expect(tagNameKey(tagNameKey(name))).toBe(tagNameKey(name));
    }
  });
});
