import { describe, expect, it, vi } from 'vitest';
import { currentListTag, listTag } from '../../src/contract/list-tags.ts';

const NOON = new Date('2026-11-21T12:00:00Z');
const LATER = '2026-11-21T12:00:00.001Z';

describe('the entity tag of a list', () => {
  it('is the number of the last change, and when the list changes by itself', () => {
    expect(listTag('1742')).toBe('"1742"');
    expect(listTag('1742', LATER)).toBe(`"1742-${Date.parse(LATER).toString(36)}"`);
    expect(listTag('1742', '9999-12-31T23:59:59.999Z')).toMatch(/^"1742-[0-9a-z]{1,11}"$/);
  });
});

describe('If-None-Match of a list after 7 changes, at noon', () => {
  const current = (header: string | undefined) => currentListTag(header, async () => '7', NOON);

  it.each([
    { header: '"7"', tag: '"7"' },
    { header: 'W/"7"', tag: '"7"' },
    { header: '"6", "7"', tag: '"7"' },
    { header: listTag('7', LATER), tag: listTag('7', LATER) },
    { header: listTag('7', NOON.toISOString()), tag: undefined },
    { header: listTag('6', LATER), tag: undefined },
    { header: '"6"', tag: undefined },
    { header: '"07"', tag: undefined },
    { header: '"7-"', tag: undefined },
    { header: '"7-overdue-1"', tag: undefined },
    { header: `"7-${'z'.repeat(12)}"`, tag: undefined },
  ])('$header: $tag', async ({ header, tag }) => expect(await current(header)).toBe(tag));

  it.each([undefined, '', '*', '"x"', '7', listTag('7', '2020-01-01T00:00:00Z')])(
    'reads nothing for %s',
    async (header) => {
      const lastChange = vi.fn(async () => '7');
      expect(await currentListTag(header, lastChange, NOON)).toBeUndefined();
      expect(lastChange).not.toHaveBeenCalled();
    },
  );
});
