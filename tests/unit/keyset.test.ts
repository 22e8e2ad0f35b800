import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Keyset, keyset, lastWithout, type SortKey } from '../../src/db/keyset.ts';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

describe('the SQL of an order', () => {
  const key = (sql: string, direction: 'asc' | 'desc'): SortKey => ({ sql, type: 'integer', direction });

  it('compares rows when every key goes the same way', () => {
    const { order, after, columns } = keyset([key('a', 'desc'), key('b', 'desc')]);
    expect(order).toBe('a desc, b desc, id desc');
    expect(columns).toEqual(['(a)::text as sort_key_0', '(b)::text as sort_key_1']);
    expect(after(['1', '2', 'x'])).toEqual({
      sql: '(a, b, id) < (?::integer, ?::integer, ?::uuid)',
      values: ['1', '2', 'x'],
    });
  });

  it('begins with a comparison that an index can use when the keys go different ways', () => {
    expect(keyset([key('a', 'asc'), key('b', 'desc')], 't.id').after(['1', '2', 'x'])).toEqual({
      sql: '(a) >= (?::integer) and ((a) > (?::integer) or (b, t.id) < (?::integer, ?::uuid))',
      values: ['1', '1', '2', 'x'],
    });
  });

  it('refuses the position of another order', () => {
    expect(() => keyset([key('a', 'asc')]).after(['1'])).toThrow('another order');
  });
});

interface Item {
  readonly id: string;
  readonly number: number;
  readonly word: string;
  readonly at: string | null;
}

describe('a walk through a list', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase({ empty: true });
    database = openDatabase({ url: test.url, poolMax: 1, prepare: PREPARE });
    await database.raw('create table items (id uuid primary key, number int, word text, at timestamptz)');
  });
  afterAll(async () => {
    await database.destroy();
    await test.drop();
  });

  const pageAfter = async (order: Keyset, position: string[] | undefined, size: number): Promise<Item[]> => {
    const query = database('items').select('*', ...order.columns.map((column) => database.raw(column)));
    if (position !== undefined) {
      const { sql, values } = order.after(position);
      query.whereRaw(sql, values as string[]);
    }
    return query.orderByRaw(order.order).limit(size);
  };

  const walk = async (order: Keyset, size: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let position: string[] | undefined; ; ) {
      const page = await pageAfter(order, position, size);
      seen.push(...page.map(({ id }) => id));
      const last = page[size - 1];
      if (last === undefined) return seen;
      position = order.positionOf(last);
    }
  };

  /** Few different values, so that many rows are alike in some of them. */
  const item: fc.Arbitrary<Item> = fc.record({
    id: fc.uuid(),
    number: fc.integer({ min: -1, max: 1 }),
    word: fc.constantFrom('', 'a', 'Ä', "quote ' and \\", '🥛'),
    at: fc.option(fc.integer({ min: 0, max: 2 }).map((day) => `2026-11-2${day}T00:00:00.001Z`)),
  });
  const fields = ['number', 'word', 'at'] as const;
  const sorts = fc.uniqueArray(
    fc.record({ field: fc.constantFrom(...fields), direction: fc.constantFrom('asc', 'desc') }),
    { selector: ({ field }) => field },
  );
  type Sort = typeof sorts extends fc.Arbitrary<(infer S)[]> ? S : never;

  const toKey = ({ field, direction }: Sort): SortKey => {
    if (field === 'at') return lastWithout('at', direction);
    if (field === 'word') return { sql: 'word collate "C"', type: 'text', direction };
    return { sql: 'number', type: 'integer', direction };
  };
  const compare = (by: readonly Sort[]) => (one: Item, other: Item) => {
    for (const { field, direction } of by) {
      const [a, b] = [one[field], other[field]];
      if (a === b) continue;
      if (a === null || b === null) return a === null ? 1 : -1;
      const rising =
        typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a - Number(b);
      return direction === 'asc' ? rising : -rising;
    }
    const rising = one.id < other.id ? -1 : 1;
    return by.at(-1)?.direction === 'desc' ? -rising : rising;
  };

  it('meets each row once, in the order of a sort in memory, whatever the keys, directions and sizes', async () => {
    const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(items, sorts, fc.integer({ min: 1, max: 7 }), async (rows, by, size) => {
        await database('items').truncate();
        if (rows.length > 0) await database('items').insert(rows);
        const expected = rows.toSorted(compare(by)).map(({ id }) => id);
        expect(await walk(keyset(by.map(toKey)), size)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
