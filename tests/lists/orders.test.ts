import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createTask } from '../setup/scenes.ts';
import { storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  user = await app.register();
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks';
type Query = Readonly<Record<string, string | number>>;
const list = async (query: Query): Promise<Schemas['TaskList']> =>
  (await app.as(user).get(PATH).query(query).expect(200)).body;

/** Titles in the order that is asked for; gone through by page and by cursor it must be the same. */
async function order(sort: string): Promise<string[]> {
  const whole = (await list({ sort, size: 100 })).items.map(({ title }) => title);
  const byPage: string[] = [];
  for (let page = 1; byPage.length < whole.length; page += 1) {
    byPage.push(...(await list({ sort, size: 2, page })).items.map(({ title }) => title));
  }
  expect(byPage).toEqual(whole);
  expect(await walk(sort, 2)).toEqual(whole);
  return whole;
}

async function walk(sort: string, size: number, meanwhile = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  let page = await list({ sort, size });
  for (;;) {
    seen.push(...page.items.map(({ title }) => title));
    if (page.next_cursor === null) return seen;
    await meanwhile();
    page = await list({ sort, size, cursor: page.next_cursor });
  }
}

const store = (fields: Parameters<typeof storeTask>[2]) => storeTask(app, user, fields);

describe('orders of GET /api/v1/tasks', () => {
  it('by priority is by rank, none the lowest', async () => {
    for (const priority of ['high', 'none', 'urgent', 'low', 'medium'])
      await store({ title: priority, priority });
    expect(await order('priority')).toEqual(['none', 'low', 'medium', 'high', 'urgent']);
    expect(await order('-priority')).toEqual(['urgent', 'high', 'medium', 'low', 'none']);
  });

  it('by title is as people sort, whatever the case and the accents', async () => {
    for (const title of ['zebra', 'Äpfel', 'apple', 'Banana', 'éclair', 'Apple 2', '10', '9', 'ящик'])
      await store({ title });
    const rising = ['10', '9', 'Äpfel', 'apple', 'Apple 2', 'Banana', 'éclair', 'zebra', 'ящик'];
    expect(await order('title')).toEqual(rising);
    expect(await order('-title')).toEqual(rising.toReversed());
  });

  it('by instants has tasks without one last, either way', async () => {
    for (const day of ['22', '20', '21']) {
      const at = `2026-11-${day}T00:00:00.000Z`;
      await store({
        title: day,
        due_at: at,
        status: 'completed',
        completed_at: at,
        created_at: at,
        updated_at: at,
      });
    }
    await store({ title: 'without', created_at: '2026-11-01T00:00:00Z', updated_at: '2026-11-01T00:00:00Z' });
    for (const sort of ['due_at', 'completed_at']) {
      expect(await order(sort)).toEqual(['20', '21', '22', 'without']);
      expect(await order(`-${sort}`)).toEqual(['22', '21', '20', 'without']);
    }
    for (const sort of ['created_at', 'updated_at']) {
      expect(await order(sort)).toEqual(['without', '20', '21', '22']);
      expect(await order(`-${sort}`)).toEqual(['22', '21', '20', 'without']);
    }
  });

  it('by position is by its characters', async () => {
    for (const position of ['a2', 'Zz', 'a1V', 'a1']) await store({ title: position, position });
    expect(await order('position')).toEqual(['Zz', 'a1', 'a1V', 'a2']);
    expect(await order('-position')).toEqual(['a2', 'a1V', 'a1', 'Zz']);
  });

  it('by several, each in its direction', async () => {
    for (const [title, priority, day] of [
      ['a', 'low', '21'],
      ['b', 'high', undefined],
      ['c', 'high', '22'],
      ['d', 'high', '20'],
      ['e', 'low', '21'],
      ['f', 'low', undefined],
    ] as const) {
      await store({ title, priority, due_at: day === undefined ? null : `2026-11-${day}T00:00:00.000Z` });
    }
    expect(await order('-priority,due_at,title')).toEqual(['d', 'c', 'b', 'a', 'e', 'f']);
    expect(await order('due_at,-title')).toEqual(['d', 'e', 'a', 'c', 'f', 'b']);
    expect(await order('priority,-due_at,-title')).toEqual(['e', 'a', 'f', 'c', 'd', 'b']);
  });

  it('loses and repeats nothing when everything is alike', async () => {
    for (let index = 0; index < 9; index += 1) await store({ title: String(index), position: 'a0' });
    for (const sort of ['title,-priority', 'position', '-due_at', 'updated_at,-created_at']) {
      expect(new Set(await order(sort)).size).toBe(9);
    }
  });

  it.each(['-created_at', 'title', 'due_at,-priority', 'position'])(
    'by %s meets each task once that was there all the time, whatever comes in between',
    async (sort) => {
      const old = Array.from({ length: 30 }, (_, index) => `Task ${String(index).padStart(2, '0')}`);
      for (const title of old) await createTask(app, user, { title });
      let newcomers = 0;
      const seen = await walk(sort, 7, async () => {
        await Promise.all([1, 2, 3].map(() => createTask(app, user, { title: `Newcomer ${newcomers++}` })));
      });
      expect(seen.filter((title) => title.startsWith('Task')).sort()).toEqual(old);
      expect(new Set(seen).size).toBe(seen.length);
    },
  );

  it('has cursors for the longest titles', async () => {
    for (const last of ['a', 'b', 'c']) await store({ title: `${'💚'.repeat(199)}${last}` });
    expect((await order('title,position,due_at')).map((title) => title.at(-1))).toEqual(['a', 'b', 'c']);
  });
});
