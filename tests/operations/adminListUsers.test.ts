import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { limitedTo, registerAdmin } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const PATH = '/api/v1/admin/users';
type Query = Record<string, string | number | boolean>;
const ask = (query: Query = {}) => app.as(admin).get(PATH).query(query);
const list = async (query?: Query): Promise<Schemas['UserList']> => (await ask(query).expect(200)).body;
const names = ({ items }: Schemas['UserList']): (string | null)[] => items.map(({ name }) => name);

let groups = 0;
/** Accounts that a search for the answer finds, and no others. */
async function group(users: readonly { name?: string; email?: string }[]): Promise<string> {
  const mark = `group${++groups}of${process.pid}`;
  for (const [index, { name, email }] of users.entries()) {
    await app.register({ name: name ?? null, email: `${email ?? `user-${index}`}.${mark}@example.com` });
  }
  return mark;
}

describe('GET /api/v1/admin/users', () => {
  it('answers 401 without a token, and 403 without the role or the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    const asUser = await app
      .as(await app.register())
      .get(PATH)
      .expect(403);
    expect(asUser.body).toMatchObject({
      code: 'insufficient_role',
      detail: 'This operation needs the role admin.',
    });
    const limited = await limitedTo(app, admin, 'users:write tasks:read');
    const asLimited = await app.as(limited).get(PATH).expect(403);
    expect(asLimited.body.code).toBe('insufficient_scope');
    expect(asLimited.headers['www-authenticate']).toContain('scope="users:read"');
  });

  it.each([
    { query: { q: '' }, parameter: 'q' },
    { query: { q: '   ' }, parameter: 'q' },
    { query: { q: 'x'.repeat(101) }, parameter: 'q' },
    { query: { q: 'a\u0000b' }, parameter: 'q' },
    { query: { role: 'owner' }, parameter: 'role' },
    { query: { disabled: 'perhaps' }, parameter: 'disabled' },
    { query: { sort: 'password_hash' }, parameter: 'sort' },
    { query: { sort: 'name,name' }, parameter: 'sort' },
    { query: { sort: 'email desc' }, parameter: 'sort' },
    { query: { page: 0 }, parameter: 'page' },
    { query: { size: 101 }, parameter: 'size' },
    { query: { cursor: 'x' }, parameter: 'cursor' },
    { query: { 'sort[]': 'name' }, parameter: 'sort[]' },
    { query: { 'sort[a]': 'name' }, parameter: 'sort[a]' },
    { query: { 'q[a][b]': 'x' }, parameter: 'q[a][b]' },
  ])('answers 422 to $query', async ({ query, parameter }) => {
    const { body } = await ask(query as Query).expect(422);
    const places = body.errors.map((error: { parameter: string }) => error.parameter);
    expect([...new Set(places)].map((place) => String(place).split('/')[0])).toEqual([parameter]);
  });

  it('counts and turns pages, newest first, and links them', async () => {
    const mark = await group([{ name: 'One' }, { name: 'Two' }, { name: 'Three' }]);
    const first = await ask({ q: mark, size: 2 }).expect(200);
    expect(first.body).toMatchObject({ total: 3, page: 1, size: 2, pages: 2 });
    expect(names(first.body)).toEqual(['Three', 'Two']);
    const next = /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1];
    expect(next).toContain(`q=${mark}`);
    const second = await app.as(admin).get(String(next)).expect(200);
    expect(names(second.body)).toEqual(['One']);
    expect(second.headers.link).not.toContain('rel="next"');
    expect(await list({ q: mark, page: 9 })).toMatchObject({ items: [], total: 3, page: 9, pages: 1 });
    await ask({ page: 1_000_000, size: 100 }).expect(200);
  });

  it('shows each account as it is when read alone, and nothing more', async () => {
    const mark = await group([{ name: 'Ada' }]);
    const { items } = await list({ q: mark });
    const { body } = await app.as(admin).get(`${PATH}/${items[0]?.id}`).expect(200);
    expect(items).toEqual([body]);
  });

  it('IN12 finds text in addresses and names whatever the case, and takes no sign for a wildcard', async () => {
    const mark = await group([
      { name: 'Grace 100% Hopper' },
      { name: 'Grace 100x Hopper' },
      { name: 'snake_case' },
      { name: 'snakeXcase' },
      { name: String.raw`back\slash` },
      { name: 'Élodie' },
    ]);
    expect((await list({ q: mark.toUpperCase() })).total).toBe(6);
    for (const [q, found] of [
      ['100%', ['Grace 100% Hopper']],
      ['gRACE 100', ['Grace 100x Hopper', 'Grace 100% Hopper']],
      ['e_c', ['snake_case']],
      ['k\\s', [String.raw`back\slash`]],
      ['éLO', ['Élodie']],
      ["' or true --", []],
    ] as const) {
      expect([q, names(await list({ q }))]).toEqual([q, found]);
    }
  });

  it('filters by role, by being disabled, and by all at once', async () => {
    const mark = await group([{ name: 'User' }, { name: 'Admin' }, { name: 'Gone' }, { name: 'Gone admin' }]);
    const users = app.database('users').where('email', 'like', `%${mark}%`);
    await users.clone().where('name', 'ilike', '%admin').update({ role: 'admin' });
    await users.clone().where('name', 'like', 'Gone%').update({ disabled_at: new Date().toISOString() });
    expect(names(await list({ q: mark, role: 'admin' }))).toEqual(['Gone admin', 'Admin']);
    expect(names(await list({ q: mark, disabled: false }))).toEqual(['Admin', 'User']);
    expect(names(await list({ q: mark, disabled: true }))).toEqual(['Gone admin', 'Gone']);
    const both = await ask({ q: mark, disabled: true, role: 'user', size: 1 }).expect(200);
    expect(names(both.body)).toEqual(['Gone']);
    expect(both.headers.link).toMatch(/[?&]role=user&/);
    expect(both.headers.link).toMatch(/[?&]disabled=true&/);
    // What made them admins here leaves others alone.
    await users.clone().update({ role: 'user' });
  });

  it('IN12 sorts as it is asked to, whatever the case, and a minus turns it round', async () => {
    const mark = await group([
      { name: 'beta', email: 'z1' },
      { name: 'Alpha', email: 'Y2' },
      { name: 'alpha', email: 'x3' },
      { email: 'w4' },
    ]);
    const sorted = async (sort: string) => names(await list({ q: mark, sort }));
    expect(await sorted('created_at')).toEqual(['beta', 'Alpha', 'alpha', null]);
    expect(await sorted('-email')).toEqual(['beta', 'Alpha', 'alpha', null]);
    expect(await sorted('email')).toEqual([null, 'alpha', 'Alpha', 'beta']);
    expect(await sorted('name,-created_at')).toEqual(['alpha', 'Alpha', 'beta', null]);
    expect(await sorted('name,email')).toEqual(['alpha', 'Alpha', 'beta', null]);
    expect(await sorted('-name,created_at')).toEqual([null, 'beta', 'Alpha', 'alpha']);
  });

  it('gives every account exactly once, page by page, when they are all alike', async () => {
    const mark = await group(Array.from({ length: 9 }, () => ({ name: 'Twin' })));
    const users = app.database('users').where('email', 'like', `%${mark}%`);
    await users.clone().update({ created_at: new Date().toISOString() });
    for (const sort of ['name', '-name', 'created_at,name', '-created_at']) {
      const pages = await Promise.all([1, 2, 3].map((page) => list({ q: mark, sort, page, size: 3 })));
      const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(new Set(ids).size).toBe(9);
      expect(ids).toEqual(sort.startsWith('-') ? ids.toSorted().reverse() : ids.toSorted());
    }
  });

  it('links with the sort that was asked for', async () => {
    const { headers } = await ask({ sort: 'name,-created_at', size: 1 }).expect(200);
    const next = String(/<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1]);
    expect(new URL(next, 'http://x').searchParams.get('sort')).toBe('name,-created_at');
    await app.as(admin).get(next).expect(200);
  });

  it('takes as many statements for a hundred accounts as for one', async () => {
    const mark = await group(Array.from({ length: 30 }, () => ({})));
    const few = await statementsOf(app, () => list({ q: mark, size: 1 }));
    const many = await statementsOf(app, () => list({ q: mark, size: 100 }));
    expect(many).toHaveLength(few.length);
    expect(few.length).toBeLessThanOrEqual(3);
  });
});
