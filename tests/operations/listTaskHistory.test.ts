import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { ABSENT_TASK, comparable, eventsOf, limitedTo, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const ask = (user: TestUser, path: string, query: object = {}) =>
  app.as(user).get(`${path}/history`).query(query);
const list = async (user: TestUser, path: string, query?: object): Promise<Schemas['EventList']> =>
  (await ask(user, path, query).expect(200)).body;
const types = ({ items }: Schemas['EventList']): string[] => items.map(({ type }) => type);

describe('GET /api/v1/tasks/{task_id}/history', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    const { user, path } = await userWithTask(app);
    await app.anonymous.get(`${path}/history`).expect(401);
    await ask(await limitedTo(app, user, 'tasks:write'), path).expect(403);
  });

  it('answers 422 to an id that is none, and to a page with a cursor', async () => {
    const { user, path } = await userWithTask(app);
    await ask(user, '/api/v1/tasks/17').expect(422);
    await ask(user, path, { size: 101 }).expect(422);
    await ask(user, path, { page: 1, cursor: 'x' }).expect(422);
  });

  it('answers 404 alike for what does not exist, is somebody else’s, or was deleted for good', async () => {
    const { user, path } = await userWithTask(app);
    const stranger = await app.register();
    const foreign = await ask(stranger, path).expect(404);
    const absent = await ask(stranger, ABSENT_TASK).expect(404);
    expect(foreign.body).toEqual({
      ...absent.body,
      instance: foreign.body.instance,
      request_id: foreign.body.request_id,
    });
    await app.as(user).delete(path).expect(204);
    await app.as(user).delete(path).query({ permanent: true }).expect(204);
    const gone = await ask(user, path).expect(404);
    expect(comparable(gone)).toBe(comparable(foreign));
  });

  it('tells what changed, how and by whom, the newest first', async () => {
    const { user, path, task } = await userWithTask(app);
    await app.as(user).patch(path).send({ title: 'Buy bread', priority: 'high' }).expect(200);
    const { items, ...frame } = await list(user, path);
    expect(frame).toEqual({ total: 2, page: 1, size: 20, pages: 1, next_cursor: null });
    expect(items[0]).toEqual({
      seq: 2,
      type: 'task.updated',
      resource: 'task',
      resource_id: task.id,
      changed: expect.arrayContaining(['title', 'priority']),
      before: expect.objectContaining({ title: 'Buy milk', priority: 'none' }),
      after: expect.objectContaining({ title: 'Buy bread', priority: 'high' }),
      at: expect.any(String),
      actor: `user:${user.id}`,
    });
    expect(items[1]).toMatchObject({ seq: 1, type: 'task.created', before: null });
  });

  it('is there for a task in the trash, and holds nothing of other tasks', async () => {
    const { user, path } = await userWithTask(app);
    await app.as(user).post('/api/v1/tasks').send({ title: 'Another' }).expect(201);
    await app.as(user).delete(path).expect(204);
    expect(types(await list(user, path))).toEqual(['task.deleted', 'task.created']);
  });

  it('has pages and cursors, which are bound to the user and the task', async () => {
    const { user, path } = await userWithTask(app);
    for (let index = 1; index <= 6; index += 1) {
      await app
        .as(user)
        .patch(path)
        .send({ title: `Title ${index}` })
        .expect(200);
    }
    const first = await ask(user, path, { size: 3 }).expect(200);
    expect(first.body).toMatchObject({ total: 7, pages: 3 });
    expect(first.headers.link).toContain(`<${path}/history?size=3&page=2>; rel="next"`);
    const seen = first.body.items.map(({ seq }: { seq: number }) => seq);
    let cursor: string | null = first.body.next_cursor;
    const second = await list(user, path, { size: 3, page: 2 });
    while (cursor !== null) {
      const page: Schemas['EventList'] = await list(user, path, { size: 3, cursor });
      expect(page).toMatchObject({ total: null, page: null, pages: null });
      if (seen.length === 3) expect(page.items).toEqual(second.items);
      seen.push(...page.items.map(({ seq }) => seq));
      cursor = page.next_cursor;
      await app
        .as(user)
        .patch(path)
        .send({ title: `Meanwhile ${seen.length}` })
        .expect(200);
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const other = await userWithTask(app);
    await ask(user, path, { cursor: `${first.body.next_cursor}x` }).expect(422);
    await ask(other.user, other.path, { cursor: first.body.next_cursor }).expect(422);
    expect((await eventsOf(app, other.user)).length).toBe(1);
  });
});
