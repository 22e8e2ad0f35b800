import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lexemesOf, searchQuery } from '../../src/tasks/rules/words.ts';
import { createTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let user: TestUser;
const TITLES = [
  'Buy milk',
  'Straße fegen',
  'Καλημέρα ΚΌΣΜΕ',
  'Купить ёлку',
  '牛乳を買う',
  '今天买牛奶',
  'Crème brûlée',
  "Don't panic",
  'C:\\temp & co',
  '🥛',
];
beforeAll(async () => {
  app = await createTestApp();
  user = await app.register();
  for (const title of TITLES) await createTask(app, user, { title });
  await createTask(app, user, { title: 'Shopping', description: 'The blue carton of milk.' });
});
afterAll(() => app.close());

const search = async (q: string): Promise<string[]> => {
  const { body } = await app.as(user).get('/api/v1/tasks').query({ q }).expect(200);
  expect(body.total).toBe(body.items.length);
  return body.items.map(({ title }: { title: string }) => title).sort();
};

describe('q of GET /api/v1/tasks', () => {
  it.each([
    { q: 'milk', titles: ['Buy milk', 'Shopping'] },
    { q: 'MIL', titles: ['Buy milk', 'Shopping'] },
    { q: 'ilk', titles: [] },
    { q: 'milk buy', titles: ['Buy milk'] },
    { q: 'bu milk', titles: [] },
    { q: 'blue car', titles: ['Shopping'] },
    { q: 'strasse', titles: ['Straße fegen'] },
    { q: 'STRAẞE', titles: ['Straße fegen'] },
    { q: 'straß', titles: ['Straße fegen'] },
    { q: 'καλημερα κοσμ', titles: ['Καλημέρα ΚΌΣΜΕ'] },
    { q: 'κοσμε', titles: ['Καλημέρα ΚΌΣΜΕ'] },
    { q: 'ЕЛК', titles: ['Купить ёлку'] },
    { q: '牛乳', titles: ['牛乳を買う'] },
    { q: '買う', titles: ['牛乳を買う'] },
    { q: '牛奶', titles: ['今天买牛奶'] },
    { q: '牛', titles: ['今天买牛奶', '牛乳を買う'] },
    { q: 'creme brulee', titles: ['Crème brûlée'] },
    { q: 'bru\u0302le\u0301e', titles: ['Crème brûlée'] },
    { q: "don't", titles: ["Don't panic"] },
    { q: "don't' | 'milk", titles: [] },
    { q: 'milk | panic', titles: [] },
    { q: '!milk', titles: ['Buy milk', 'Shopping'] },
    { q: 'milk:A', titles: [] },
    { q: 'C:\\temp', titles: ['C:\\temp & co'] },
    { q: '(buy & <-> milk)', titles: ['Buy milk'] },
    { q: '🥛', titles: [] },
    { q: '\\', titles: [] },
    { q: "'", titles: [] },
    { q: '%', titles: [] },
  ])('$q', async ({ q, titles }) => expect(await search(q)).toEqual(titles));

  it('finds what a title is changed to, and not what it was', async () => {
    const task = await createTask(app, user, { title: 'Aardvark' });
    const path = `/api/v1/tasks/${task.id}`;
    await app.as(user).patch(path).send({ title: 'Zebra', description: 'Striped' }).expect(200);
    expect(await search('aardvark')).toEqual([]);
    expect(await search('zebra strip')).toEqual(['Zebra']);
    await app.as(user).delete(path).expect(204);
    expect(await search('zebra')).toEqual([]);
  });

  it('is a query that the database takes, and finds the text that it is made of, whatever that is', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (unclean) => {
        const given = unclean.replaceAll('\u0000', '').toWellFormed();
        const query = searchQuery(user.id, given);
        if (query === null) return;
        const { rows } = await app.database.raw(
          'select array_to_tsvector(?::text[]) @@ ?::tsquery as found',
          [lexemesOf(user.id, given), query],
        );
        expect(rows).toEqual([{ found: true }]);
      }),
      { numRuns: 300 },
    );
  });
});
