import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { statementsOf } from '../setup/statements.ts';
import { storeProject, storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  // A Saturday in New York, where the day began at five o'clock.
  app.advance(Date.parse('2026-11-21T17:00:00Z') - Date.now());
});
beforeEach(async () => {
  user = await app.register({ timezone: 'America/New_York' });
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks';
type Query = Readonly<Record<string, string | number | readonly string[]>>;
const list = async (query: Query, caller = user): Promise<Schemas['TaskList']> =>
  (await app.as(caller).get(PATH).query(query).expect(200)).body;
/** Titles of what the filter finds, in the order of the alphabet; counted and read by cursor it must be the same. */
async function found(query: Query): Promise<string[]> {
  const { items, total } = await list(query);
  expect(total).toBe(items.length);
  return items.map(({ title }) => title).sort();
}
const store = (fields: Parameters<typeof storeTask>[2]) => storeTask(app, user, fields);

describe('filters of GET /api/v1/tasks', () => {
  it('project_id: the tasks of one, or of none', async () => {
    const project = await storeProject(app, user);
    await store({ title: 'in', project_id: project.id });
    await store({ title: 'out' });
    expect(await found({ project_id: project.id })).toEqual(['in']);
    expect(await found({ project_id: project.id.toUpperCase() })).toEqual(['in']);
    expect(await found({ project_id: 'none' })).toEqual(['out']);
    expect(await found({ project_id: user.id })).toEqual([]);
  });

  it('parent_id: the subtasks of one, or those that are none', async () => {
    const parent = await store({ title: 'parent' });
    await store({ title: 'child', parent_id: parent.id });
    expect(await found({ parent_id: parent.id })).toEqual(['child']);
    expect(await found({ parent_id: 'none' })).toEqual(['parent']);
  });

  it('tag: one of them or all of them, whatever the case, and names of one tag count once', async () => {
    await store({ title: 'both', tags: ['Errands', 'home'] });
    await store({ title: 'errands', tags: ['errands'] });
    await store({ title: 'neither', tags: ['work'] });
    await store({ title: 'none' });
    expect(await found({ tag: 'ERRANDS' })).toEqual(['both', 'errands']);
    expect(await found({ tag: ['errands', 'home'] })).toEqual(['both', 'errands']);
    expect(await found({ tag: ['errands', 'home'], tag_match: 'all' })).toEqual(['both']);
    expect(await found({ tag: ['errands', 'Errands'], tag_match: 'all' })).toEqual(['both', 'errands']);
    expect(await found({ tag: ['errands', 'absent'], tag_match: 'all' })).toEqual([]);
    expect(await found({ tag: ['errands', 'absent'] })).toEqual(['both', 'errands']);
    expect((await list({ tag: 'home' })).items[0]?.tags).toEqual(['Errands', 'home']);
  });

  it('due: none; overdue, which only open tasks are; today, where the user is', async () => {
    await store({ title: 'never' });
    await store({ title: 'yesterday', due_at: '2026-11-21T04:59:59.999Z' });
    await store({ title: 'midnight', due_at: '2026-11-21T05:00:00.000Z' });
    await store({ title: 'done', due_at: '2026-11-21T06:00:00.000Z', status: 'completed' });
    await store({ title: 'given up', due_at: '2026-11-20T06:00:00.000Z', status: 'cancelled' });
    await store({ title: 'evening', due_at: '2026-11-22T04:59:59.999Z', status: 'in_progress' });
    await store({ title: 'tomorrow', due_at: '2026-11-22T05:00:00.000Z' });
    expect(await found({ due: 'none' })).toEqual(['never']);
    expect(await found({ due: 'overdue' })).toEqual(['midnight', 'yesterday']);
    expect(await found({ due: 'today' })).toEqual(['done', 'evening', 'midnight']);
    expect((await list({ due: 'overdue' })).items.every(({ is_overdue }) => is_overdue)).toBe(true);
    const overdue = (await list({})).items.filter(({ is_overdue }) => is_overdue);
    expect(overdue.map(({ title }) => title).sort()).toEqual(await found({ due: 'overdue' }));
  });

  it('due_from and due_to: the instant itself is in the first and not in the second', async () => {
    await store({ title: 'never' });
    for (const hour of ['08', '09', '10']) {
      await store({ title: hour, due_at: `2026-11-21T${hour}:00:00.000Z` });
    }
    expect(await found({ due_from: '2026-11-21T09:00:00Z' })).toEqual(['09', '10']);
    expect(await found({ due_to: '2026-11-21T09:00:00Z' })).toEqual(['08']);
    expect(await found({ due_from: '2026-11-21T08:00:00.0001Z', due_to: '2026-11-21T10:00:00Z' })).toEqual([
      '09',
    ]);
    expect(await found({ due_from: '2026-11-21T10:00:00+01:00', due_to: '2026-11-21T10:00:01Z' })).toEqual([
      '09',
      '10',
    ]);
  });

  it('created_from, created_to and updated_since', async () => {
    for (const hour of ['08', '09', '10']) {
      const at = `2026-11-21T${hour}:00:00.000Z`;
      await store({ title: hour, created_at: at, updated_at: at.replace('21T', '22T') });
    }
    expect(await found({ created_from: '2026-11-21T09:00:00Z' })).toEqual(['09', '10']);
    expect(await found({ created_to: '2026-11-21T09:00:00Z' })).toEqual(['08']);
    expect(await found({ updated_since: '2026-11-22T09:00:00.000Z' })).toEqual(['09', '10']);
  });

  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59.999999-23:59'])(
    'takes the instant %s, which the database does not',
    async (instant) => {
      await store({ title: 'now', due_at: '2026-11-21T00:00:00.000Z' });
      const isPast = instant.startsWith('0');
      for (const name of ['due_from', 'created_from', 'updated_since']) {
        expect(await found({ [name]: instant })).toEqual(isPast ? ['now'] : []);
      }
      for (const name of ['due_to', 'created_to']) {
        expect(await found({ [name]: instant })).toEqual(isPast ? [] : ['now']);
      }
    },
  );

  it('deleted: what is in the trash is left out, alone, or among the rest', async () => {
    await store({ title: 'live' });
    await store({ title: 'trashed', deleted_at: '2026-11-21T10:00:00.000Z' });
    expect(await found({})).toEqual(['live']);
    expect(await found({ deleted: 'only' })).toEqual(['trashed']);
    expect(await found({ deleted: 'include' })).toEqual(['live', 'trashed']);
  });

  it('all together, and a cursor for them', async () => {
    const project = await storeProject(app, user);
    const wanted = {
      project_id: project.id,
      status: 'in_progress',
      priority: 'high',
      tags: ['a', 'b'],
      due_at: '2026-11-21T10:00:00.000Z',
    };
    for (const number of ['1', '2', '3']) await store({ ...wanted, title: `Buy milk ${number}` });
    for (const other of [
      { project_id: null },
      { status: 'pending' },
      { priority: 'low' },
      { tags: ['a'] },
      { due_at: '2026-11-22T10:00:00.000Z' },
      { title: 'Sell milk' },
    ]) {
      await store({ title: 'Buy milk', ...wanted, ...other });
    }
    const query = {
      project_id: project.id,
      status: ['in_progress', 'completed'],
      priority: ['high', 'urgent'],
      tag: ['a', 'B'],
      tag_match: 'all',
      due_from: '2026-11-21T00:00:00Z',
      due_to: '2026-11-22T00:00:00Z',
      created_from: '2026-11-01T00:00:00Z',
      created_to: '2026-12-01T00:00:00Z',
      updated_since: '2026-11-01T00:00:00Z',
      parent_id: 'none',
      deleted: 'include',
      q: 'milk bu',
      sort: 'title',
      size: 2,
    };
    const first = await list(query);
    expect(first).toMatchObject({ total: 3, pages: 2 });
    const cursor = String(first.next_cursor);
    // In another order of the values, which means the same.
    const next = await list({ ...query, tag: ['b', 'a'], status: ['completed', 'in_progress'], cursor });
    expect([...first.items, ...next.items].map(({ title }) => title)).toEqual([
      'Buy milk 1',
      'Buy milk 2',
      'Buy milk 3',
    ]);
    for (const other of [
      { tag: 'a' },
      { q: 'milk' },
      { sort: '-title' },
      { deleted: 'only' },
      { due_to: '2027-01-01T00:00:00Z' },
    ]) {
      await app
        .as(user)
        .get(PATH)
        .query({ ...query, ...other, cursor })
        .expect(422);
    }
  });

  it('AZ6 never finds what is somebody else’s, whatever is asked for', async () => {
    const project = await storeProject(app, user);
    const parent = await store({ title: 'Buy milk', due_at: '2020-01-01T00:00:00.000Z', tags: ['errands'] });
    await store({ title: 'child', parent_id: parent.id, project_id: project.id });
    await store({ title: 'trashed', deleted_at: '2026-11-21T10:00:00.000Z' });
    const stranger = await app.register();
    const queries: Query[] = [
      {},
      { project_id: project.id },
      { project_id: 'none' },
      { parent_id: parent.id },
      { parent_id: 'none' },
      { tag: 'errands' },
      { tag: 'errands', tag_match: 'all' },
      { due: 'overdue' },
      { due: 'none' },
      { due_from: '2000-01-01T00:00:00Z' },
      { due_to: '2030-01-01T00:00:00Z' },
      { created_from: '2000-01-01T00:00:00Z' },
      { updated_since: '2000-01-01T00:00:00Z' },
      { deleted: 'only' },
      { deleted: 'include' },
      { q: 'milk' },
      ...['title', '-priority', 'due_at', 'position', '-completed_at'].map((sort) => ({ sort })),
    ];
    for (const query of queries) {
      expect(await list(query, stranger), JSON.stringify(query)).toMatchObject({ items: [], total: 0 });
    }
    // A task of the stranger's own under the same tag does not bring the others in.
    await storeTask(app, stranger, { title: 'own', tags: ['errands'] });
    expect((await list({ tag: 'errands' }, stranger)).items.map(({ title }) => title)).toEqual(['own']);
  });

  it.each([
    { project_id: 'None' },
    { project_id: 'x' },
    { parent_id: '' },
    { tag: '' },
    { tag: ' a' },
    { tag: ['a', 'a'] },
    { tag: Array.from({ length: 21 }, (_, index) => `t${index}`) },
    { tag_match: 'some' },
    { due: 'tomorrow' },
    { due_from: '2026-11-21' },
    { due_to: 'now' },
    { created_from: '2026-02-30T00:00:00Z' },
    { created_to: '2026-11-21T24:00:00Z' },
    { updated_since: '' },
    { deleted: 'true' },
    { q: '' },
    { q: ' ' },
    { q: 'x'.repeat(201) },
    { sort: '' },
    { sort: 'title,title' },
    { sort: 'title,priority,due_at,position' },
    { sort: 'user_id' },
    { sort: '--title' },
  ])('answers 422 to %j', async (query) => {
    const { body } = await app.as(user).get(PATH).query(query).expect(422);
    const [place] = Object.keys(query);
    expect(body.errors.map((error: { parameter: string }) => error.parameter?.split('/')[0])).toContain(
      place,
    );
  });

  it('answers the longest query with a header that clients take', async () => {
    const tag = Array.from({ length: 20 }, (_, index) => `${index}${'é'.repeat(48)}`);
    const response = await app.as(user).get(PATH).query({ tag, tag_match: 'all', size: 1 }).expect(200);
    expect(response.headers).not.toHaveProperty('link');
    expect(response.body).toMatchObject({ items: [], total: 0 });
  });

  it('takes two statements with the total and one by cursor, however many items there are', async () => {
    const project = await storeProject(app, user);
    const fill = async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        await store({ title: `milk ${index}`, project_id: project.id, tags: ['a', 'b', 'c'] });
      }
    };
    const own = async (query: Query): Promise<number> => {
      const statements = await statementsOf(app, () => list(query));
      return statements.filter((sql) => /\btasks\b/.test(sql)).length;
    };
    await fill(3);
    const queries: Query[] = [{}, { tag: ['a', 'b'], q: 'mil', project_id: project.id }, { due: 'today' }];
    const few = [];
    for (const query of queries) few.push(await own(query));
    const cursor = String((await list({ size: 1 })).next_cursor);
    expect(await own({ size: 1, cursor })).toBe(1);
    await fill(20);
    const many = [];
    for (const query of queries) many.push(await own({ ...query, size: 100 }));
    expect([few, many]).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
    expect(await own({ size: 100, cursor })).toBe(1);
  });
});
