import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createProject, taskIn } from '../setup/group-scenes.ts';
import { createTask, limitedTo } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/projects';
type Query = Record<string, string | number | boolean>;
const ask = (user: TestUser, query: Query = {}) => app.as(user).get(PATH).query(query);
const list = async (user: TestUser, query?: Query): Promise<Schemas['ProjectList']> =>
  (await ask(user, query).expect(200)).body;
const names = ({ items }: Schemas['ProjectList']): string[] => items.map(({ name }) => name);

/** A user with a project of each name, in this order. */
async function userWithProjects(...given: string[]): Promise<TestUser> {
  const user = await app.register();
  for (const name of given) await createProject(app, user, { name });
  return user;
}

/** Goes through the list by cursor. */
async function walk(user: TestUser, query: Query): Promise<string[]> {
  const seen: string[] = [];
  let page = await list(user, query);
  for (;;) {
    seen.push(...names(page));
    if (page.next_cursor === null) return seen;
    page = await list(user, { ...query, cursor: page.next_cursor });
    expect(page).toMatchObject({ total: null, page: null, pages: null });
  }
}

describe('GET /api/v1/projects', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    await ask(await limitedTo(app, await app.register(), 'tasks:write')).expect(403);
  });

  it.each([
    { query: { size: 0 }, parameter: 'size' },
    { query: { sort: 'color' }, parameter: 'sort' },
    { query: { sort: 'name,name' }, parameter: 'sort' },
    { query: { archived: 'maybe' }, parameter: 'archived' },
    { query: { deleted: 'yes' }, parameter: 'deleted' },
    { query: { status: 'pending' }, parameter: 'status' },
    { query: { page: 1, cursor: 'a.b' }, parameter: 'cursor' },
    { query: { cursor: 'a.b' }, parameter: 'cursor' },
  ])('answers 422 to $query', async ({ query, parameter }) => {
    const { body } = await ask(await app.register(), query).expect(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ parameter }));
  });

  it('answers an empty list to a user without projects, whatever others have', async () => {
    await userWithProjects('Theirs');
    expect(await list(await app.register())).toEqual({
      items: [],
      total: 0,
      page: 1,
      size: 20,
      pages: 0,
      next_cursor: null,
    });
  });

  it('has the manual order, and any other that is asked for', async () => {
    const user = await userWithProjects('b', 'C', 'a');
    const [first] = (await list(user)).items;
    await app.as(user).patch(`${PATH}/${first?.id}`).send({ position: 'k1' }).expect(200);
    expect(names(await list(user))).toEqual(['C', 'a', 'b']);
    expect(names(await list(user, { sort: '-position' }))).toEqual(['b', 'a', 'C']);
    expect(names(await list(user, { sort: 'name' }))).toEqual(['a', 'b', 'C']);
    expect(names(await list(user, { sort: '-created_at' }))).toEqual(['a', 'C', 'b']);
    expect(names(await list(user, { sort: 'updated_at,name' }))).toEqual(['C', 'a', 'b']);
  });

  it('gives each project once by cursor in any order, also where all are alike', async () => {
    const given = Array.from({ length: 11 }, () => '𝕂'.repeat(100));
    const user = await userWithProjects(...given);
    await app
      .database('projects')
      .where({ user_id: user.id })
      .update({ position: 'z'.repeat(200) });
    for (const sort of ['name,-position,created_at', '-name,position', 'position', '-updated_at']) {
      expect(await walk(user, { sort, size: 3 })).toEqual(given);
    }
  });

  it('turns pages, with links that keep the query', async () => {
    const user = await userWithProjects('a', 'b', 'c');
    const response = await ask(user, { size: 2, archived: false, sort: '-name' }).expect(200);
    expect(response.body).toMatchObject({ total: 3, pages: 2, page: 1 });
    expect(names(response.body)).toEqual(['c', 'b']);
    expect(response.headers.link).toContain(`<${PATH}?size=2&archived=false&sort=-name&page=2>; rel="next"`);
    expect(names(await list(user, { size: 2, sort: '-name', page: 2 }))).toEqual(['a']);
  });

  it('filters what is archived and what is in the trash', async () => {
    const user = await userWithProjects('live', 'gone');
    await createProject(app, user, { name: 'aside', archived: true });
    const { id } = (await list(user)).items[1] ?? {};
    await app.as(user).delete(`${PATH}/${id}`).expect(204);
    expect(names(await list(user))).toEqual(['live', 'aside']);
    expect(names(await list(user, { archived: true }))).toEqual(['aside']);
    expect(names(await list(user, { archived: false }))).toEqual(['live']);
    expect(await list(user, { deleted: 'only' })).toMatchObject({ items: [{ name: 'gone' }], total: 1 });
    expect(names(await list(user, { deleted: 'include' }))).toEqual(['live', 'gone', 'aside']);
  });

  it('refuses the cursor of another user, filter or order', async () => {
    const [user, other] = [await userWithProjects('a', 'b'), await userWithProjects('a', 'b')];
    const cursor = String((await list(user, { size: 1 })).next_cursor);
    await ask(other, { size: 1, cursor }).expect(422);
    await ask(user, { cursor, archived: false }).expect(422);
    await ask(user, { cursor, sort: '-position' }).expect(422);
    await ask(user, { cursor, size: 5 }).expect(200);
  });

  it('shows each project as it is when read alone, with a constant number of statements', async () => {
    const user = await userWithProjects('a', 'b', 'c', 'd');
    const { items } = await list(user);
    for (const project of items) await taskIn(app, user, project, { status: 'completed' });
    const again = await list(user);
    expect(again.items.map(({ task_counts }) => task_counts.completed)).toEqual([1, 1, 1, 1]);
    for (const item of again.items) {
      expect((await app.as(user).get(`${PATH}/${item.id}`).expect(200)).body).toEqual(item);
    }
    const few = await statementsOf(app, () => list(user, { size: 1 }));
    expect(await statementsOf(app, () => list(user, { size: 100 }))).toEqual(few);
  });

  it('answers 304 until anything of the user changes', async () => {
    const user = await userWithProjects('a', 'b');
    for (const query of [{}, { size: 1 }]) {
      const { headers } = await ask(user, query).expect(200);
      await ask(user, query).set('If-None-Match', String(headers.etag)).expect(304);
      await createTask(app, user);
      await ask(user, query).set('If-None-Match', String(headers.etag)).expect(200);
    }
  });
});
