import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createTask, limitedTo, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks';
type Query = Record<string, string | number | readonly string[]>;
const ask = (user: TestUser, query: Query = {}) => app.as(user).get(PATH).query(query);
const list = async (user: TestUser, query?: Query): Promise<Schemas['TaskList']> =>
  (await ask(user, query).expect(200)).body;
const titles = ({ items }: Schemas['TaskList']): string[] => items.map(({ title }) => title);

/** A user with this many tasks, oldest first. */
async function userWithTasks(count: number): Promise<TestUser> {
  const user = await app.register();
  for (let index = 1; index <= count; index += 1) await createTask(app, user, { title: `Task ${index}` });
  return user;
}

/** The `Link` header as a client reads it: the query of each relation. */
function linksOf({ headers }: { headers: Record<string, string> }): Record<string, Record<string, string>> {
  const links = [...(headers.link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"(?:, |$)/g)];
  expect(links.map(([text]) => text).join('')).toBe(headers.link);
  return Object.fromEntries(
    links.map(([, target = '', relation = '']) => {
      expect(target).toMatch(/^\/api\/v1\/tasks\?/);
      return [relation, Object.fromEntries(new URL(target, 'http://localhost').searchParams)];
    }),
  );
}

describe('GET /api/v1/tasks', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    await ask(await limitedTo(app, await app.register(), 'tasks:write')).expect(403);
  });

  it.each([
    { query: { size: 0 }, parameter: 'size', code: 'too_small' },
    { query: { size: 101 }, parameter: 'size', code: 'too_big' },
    { query: { size: 'many' }, parameter: 'size', code: 'type' },
    { query: { size: '1.5' }, parameter: 'size', code: 'type' },
    { query: { size: ['1', '2'] }, parameter: 'size', code: 'type' },
    { query: { page: 0 }, parameter: 'page', code: 'too_small' },
    { query: { page: -1 }, parameter: 'page', code: 'too_small' },
    { query: { page: 1_000_001 }, parameter: 'page', code: 'too_big' },
    { query: { page: '' }, parameter: 'page', code: 'type' },
    { query: { status: 'done' }, parameter: 'status', code: 'not_allowed' },
    { query: { status: '' }, parameter: 'status', code: 'type' },
    { query: { status: ['pending', 'pending'] }, parameter: 'status', code: 'duplicate_items' },
    { query: { priority: 'low,high' }, parameter: 'priority', code: 'not_allowed' },
    { query: { cursor: '' }, parameter: 'cursor', code: 'too_short' },
    { query: { cursor: 'a b' }, parameter: 'cursor', code: 'pattern' },
    { query: { cursor: 'a'.repeat(2049) }, parameter: 'cursor', code: 'too_long' },
    { query: { sort: 'colour' }, parameter: 'sort', code: 'not_allowed' },
  ])('RL6 answers 422 with $code to $query', async ({ query, parameter, code }) => {
    const { body } = await ask(await app.register(), query).expect(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ parameter, code }));
  });

  it('names every parameter that is wrong at once', async () => {
    const { body } = await ask(await app.register(), {
      size: 0,
      page: 0,
      status: 'done',
      colour: 'red',
    }).expect(422);
    expect(body.detail).toBe('4 fields are not valid.');
    expect(new Set(body.errors.map((error: { parameter: string }) => error.parameter))).toEqual(
      new Set(['size', 'page', 'status', 'colour']),
    );
  });

  it('answers 422 to a page together with a cursor', async () => {
    const user = await userWithTasks(2);
    const { next_cursor } = await list(user, { size: 1 });
    const { body } = await ask(user, { page: 1, cursor: String(next_cursor) }).expect(422);
    expect(body.errors).toEqual([
      { parameter: 'cursor', code: 'not_allowed', message: 'must not come with page' },
    ]);
  });

  it('AZ6 answers 422 to a cursor of another user, of another filter, and to one that was tampered with', async () => {
    const [user, stranger] = [await userWithTasks(3), await userWithTasks(3)];
    const cursor = String((await list(user, { size: 1 })).next_cursor);
    const filtered = String((await list(user, { size: 1, status: 'pending' })).next_cursor);
    const [payload = '', signature = ''] = cursor.split('.');
    const position = Buffer.from(JSON.stringify(['2000-01-01T00:00:00.000Z', stranger.id])).toString(
      'base64url',
    );
    const requests: [TestUser, Query][] = [
      [stranger, { cursor }],
      [user, { cursor, status: 'pending' }],
      [user, { cursor: filtered }],
      [user, { cursor: filtered, status: 'completed' }],
      [user, { cursor: filtered, status: 'pending', priority: 'none' }],
      [user, { cursor: payload }],
      [user, { cursor: `${payload}.` }],
      [user, { cursor: `.${signature}` }],
      [user, { cursor: `${position}.${signature}` }],
      [user, { cursor: `${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}` }],
      [user, { cursor: `${cursor}.${signature}` }],
    ];
    for (const [caller, query] of requests) {
      const response = await ask(caller, query);
      expect([response.status, query]).toEqual([422, query]);
      expect(response.body.errors).toEqual([
        expect.objectContaining({ parameter: 'cursor', code: 'invalid' }),
      ]);
    }
    await ask(user, { cursor, size: 2 }).expect(200);
    await ask(user, { cursor: filtered, status: 'pending' }).expect(200);
  });

  it('AZ6 answers an empty list to a user without tasks, whatever others have', async () => {
    await userWithTask(app);
    const response = await ask(await app.register()).expect(200);
    expect(response.body).toEqual({ items: [], total: 0, page: 1, size: 20, pages: 0, next_cursor: null });
    expect(linksOf(response)).toEqual({ first: { page: '1' }, last: { page: '1' } });
    expect(response.headers['cache-control']).toBe('private, no-cache');
  });

  it('counts and turns pages, newest first', async () => {
    const user = await userWithTasks(5);
    const first = await ask(user, { size: 2 }).expect(200);
    expect(first.body).toMatchObject({
      total: 5,
      page: 1,
      size: 2,
      pages: 3,
      next_cursor: expect.any(String),
    });
    expect(titles(first.body)).toEqual(['Task 5', 'Task 4']);
    expect(linksOf(first)).toEqual({
      first: { page: '1', size: '2' },
      next: { page: '2', size: '2' },
      last: { page: '3', size: '2' },
    });
    const second = await ask(user, { page: 2, size: 2 }).expect(200);
    expect(titles(second.body)).toEqual(['Task 3', 'Task 2']);
    expect(Object.keys(linksOf(second))).toEqual(['first', 'prev', 'next', 'last']);
    const last = await ask(user, { page: 3, size: 2 }).expect(200);
    expect(last.body).toMatchObject({ total: 5, page: 3, next_cursor: null });
    expect(titles(last.body)).toEqual(['Task 1']);
    expect(linksOf(last)).not.toHaveProperty('next');
    const beyond = await ask(user, { page: 9, size: 2 }).expect(200);
    expect(beyond.body).toMatchObject({ items: [], total: 5, page: 9, pages: 3, next_cursor: null });
    expect(linksOf(beyond)).toEqual({
      first: { page: '1', size: '2' },
      prev: { page: '3', size: '2' },
      last: { page: '3', size: '2' },
    });
    await ask(user, { page: 1_000_000, size: 100 }).expect(200);
  });

  it('shows each task as it is when read alone', async () => {
    const { user, path } = await userWithTask(app, { status: 'completed', priority: 'urgent' });
    const { body } = await app.as(user).get(path).expect(200);
    expect((await list(user)).items).toEqual([body]);
  });

  it('filters by one status or several, by priority, and by both, and keeps the filter in the links', async () => {
    const user = await app.register();
    for (const status of ['pending', 'in_progress', 'completed', 'cancelled'] as const) {
      for (const priority of ['low', 'high'] as const) {
        await createTask(app, user, { title: `${status} ${priority}`, status, priority });
      }
    }
    expect(titles(await list(user, { status: 'completed' }))).toEqual(['completed high', 'completed low']);
    const both = await ask(user, { status: ['pending', 'cancelled'], priority: 'high', size: 1 }).expect(200);
    expect(both.body).toMatchObject({ total: 2, pages: 2 });
    expect(titles(both.body)).toEqual(['cancelled high']);
    expect(both.headers.link).toContain('status=pending&status=cancelled&priority=high');
    const query = { status: ['pending', 'cancelled'], priority: 'high', cursor: both.body.next_cursor };
    expect(titles(await list(user, query))).toEqual(['pending high']);
    expect(await list(user, { priority: ['urgent', 'none'] })).toMatchObject({ items: [], total: 0 });
    expect((await list(user, { priority: ['low', 'high'] })).total).toBe(8);
  });

  it('gives each of 45 tasks exactly once by cursor, even when new ones come in between', async () => {
    const user = await userWithTasks(45);
    const seen: string[] = [];
    let response = await ask(user, { size: 10 }).expect(200);
    for (let page = 1; ; page += 1) {
      seen.push(...titles(response.body));
      if (response.body.next_cursor === null) break;
      await createTask(app, user, { title: `Newcomer ${page}` });
      response = await ask(user, { size: 10, cursor: response.body.next_cursor }).expect(200);
      expect(response.body).toMatchObject({ total: null, page: null, pages: null, size: 10 });
      const { first, next, ...others } = linksOf(response);
      expect([first, others]).toEqual([{ size: '10' }, {}]);
      const following =
        response.body.next_cursor === null ? undefined : { size: '10', cursor: response.body.next_cursor };
      expect(next).toEqual(following);
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `Task ${45 - index}`));
    expect(response.body.items).toHaveLength(5);
  });

  it('loses and repeats nothing by cursor when many tasks have the same time', async () => {
    const user = await userWithTasks(12);
    const at = new Date().toISOString();
    await app.database('tasks').where({ user_id: user.id }).update({ created_at: at });
    const seen = new Set<string>();
    let next: string | null = null;
    do {
      const page: Schemas['TaskList'] = await list(user, {
        size: 5,
        ...(next === null ? {} : { cursor: next }),
      });
      for (const { id } of page.items) seen.add(id);
      next = page.next_cursor;
    } while (next !== null);
    expect(seen.size).toBe(12);
  });

  it('answers no next page when the last one is exactly full', async () => {
    const user = await userWithTasks(4);
    expect(await list(user, { size: 4 })).toMatchObject({ pages: 1, next_cursor: null });
    const { next_cursor } = await list(user, { size: 2 });
    expect(await list(user, { size: 2, cursor: String(next_cursor) })).toMatchObject({ next_cursor: null });
  });

  it('leaves out what is deleted, counted or not, and goes on from a cursor whose task is', async () => {
    const user = await userWithTasks(5);
    const page = await list(user, { size: 2 });
    await app.as(user).delete(`${PATH}/${page.items[1]?.id}`).expect(204);
    expect(titles(await list(user, { cursor: String(page.next_cursor) }))).toEqual([
      'Task 3',
      'Task 2',
      'Task 1',
    ]);
    expect(await list(user)).toMatchObject({ total: 4 });
  });
});
