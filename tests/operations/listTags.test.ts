import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createTag, tagged } from '../setup/group-scenes.ts';
import { limitedTo } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/tags';
type Query = Record<string, string | number>;
const ask = (user: TestUser, query: Query = {}) => app.as(user).get(PATH).query(query);
const list = async (user: TestUser, query?: Query): Promise<Schemas['TagList']> =>
  (await ask(user, query).expect(200)).body;
const names = ({ items }: Schemas['TagList']): string[] => items.map(({ name }) => name);

async function userWithTags(...given: string[]): Promise<TestUser> {
  const user = await app.register();
  for (const name of given) await createTag(app, user, { name });
  return user;
}

describe('GET /api/v1/tags', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    await ask(await limitedTo(app, await app.register(), 'tasks:write')).expect(403);
  });

  it.each([{ q: ' ' }, { q: 'x'.repeat(51) }, { sort: 'color' }, { deleted: 'only' }, { cursor: 'a.b' }])(
    'answers 422 to %j',
    async (query) => {
      await ask(await app.register(), query).expect(422);
    },
  );

  it('has the order of the names, whatever their case, and any other that is asked for', async () => {
    const user = await userWithTags('beta', 'Gamma', 'Alpha');
    expect(names(await list(user))).toEqual(['Alpha', 'beta', 'Gamma']);
    expect(names(await list(user, { sort: '-name' }))).toEqual(['Gamma', 'beta', 'Alpha']);
    expect(names(await list(user, { sort: 'created_at' }))).toEqual(['beta', 'Gamma', 'Alpha']);
    expect(await list(await app.register())).toMatchObject({ items: [], total: 0 });
  });

  it('finds the part of a name, whatever the case, and takes no character for a wildcard', async () => {
    const user = await userWithTags('Errands', '100%', 'a_b', 'aXb', 'back\\slash', 'Straße');
    expect(names(await list(user, { q: 'RRA' }))).toEqual(['Errands']);
    expect(names(await list(user, { q: '%' }))).toEqual(['100%']);
    expect(names(await list(user, { q: '_' }))).toEqual(['a_b']);
    expect(names(await list(user, { q: '\\' }))).toEqual(['back\\slash']);
    expect(names(await list(user, { q: 'STRASS' }))).toEqual(['Straße']);
    expect(await list(user, { q: 'nothing' })).toMatchObject({ items: [], total: 0 });
  });

  it('gives each tag once by cursor, and refuses the cursor of another search or user', async () => {
    const given = Array.from({ length: 9 }, (_, index) => `tag ${index}`);
    const user = await userWithTags(...given);
    const seen: string[] = [];
    let page = await list(user, { q: 'tag', size: 4 });
    for (;;) {
      seen.push(...names(page));
      if (page.next_cursor === null) break;
      const cursor = page.next_cursor;
      await ask(user, { cursor }).expect(422);
      await ask(await app.register(), { q: 'tag', cursor }).expect(422);
      page = await list(user, { q: 'tag', size: 4, cursor });
    }
    expect(seen).toEqual(given);
  });

  it('shows each tag as it is when read alone, with a constant number of statements', async () => {
    const user = await userWithTags('a', 'b', 'c');
    for (const tag of (await list(user)).items) await tagged(app, user, tag);
    const { items } = await list(user);
    expect(items.map(({ task_count }) => task_count)).toEqual([1, 1, 1]);
    for (const item of items) expect((await app.as(user).get(`${PATH}/${item.id}`)).body).toEqual(item);
    const few = await statementsOf(app, () => list(user, { size: 1 }));
    expect(await statementsOf(app, () => list(user, { size: 100 }))).toEqual(few);
  });

  it('answers 304 until anything of the user changes', async () => {
    const user = await userWithTags('a');
    const { headers } = await ask(user).expect(200);
    await ask(user).set('If-None-Match', String(headers.etag)).expect(304);
    await createTag(app, user, { name: 'b' });
    await ask(user).set('If-None-Match', String(headers.etag)).expect(200);
  });
});
