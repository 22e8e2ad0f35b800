import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const UNKNOWN = '/api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a';

async function createTask(): Promise<{ path: string; user: Awaited<ReturnType<TestApp['register']>> }> {
  const user = await app.register();
  const created = await app.as(user).post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
  return { path: `/api/v1/tasks/${created.body.id}`, user };
}

describe('GET /api/v1/tasks/{task_id}', () => {
  it('answers 401 without a token', async () => {
    const response = await app.anonymous.get(UNKNOWN).expect(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="taskpact"');
    expect(response.body).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('answers 403 and names the missing scope', async () => {
    const user = await app.register();
    const login = { email: user.email, password: user.password, scope: 'profile:read' };
    const { body } = await app.anonymous.post('/api/v1/auth/login').send(login).expect(200);
    const response = await app
      .as({ authorization: `Bearer ${body.access_token}` })
      .get(UNKNOWN)
      .expect(403);
    expect(response.body).toMatchObject({
      code: 'insufficient_scope',
      detail: expect.stringContaining('tasks:read'),
    });
    expect(response.headers['www-authenticate']).toContain('scope="tasks:read"');
  });

  it('answers 400 to a path that is not percent-encoded', async () => {
    const user = await app.register();
    const response = await app.as(user).get('/api/v1/tasks/%zz').expect(400);
    expect(response.body.code).toBe('malformed_request');
  });

  it('answers 422 to an id that is not a UUID, and to unknown parameters', async () => {
    const user = await app.register();
    const response = await app.as(user).get('/api/v1/tasks/17?colour=red').expect(422);
    expect(response.body.errors).toEqual(
      expect.arrayContaining([
        { parameter: 'colour', code: 'unknown', message: 'is not a parameter of this operation' },
        expect.objectContaining({ parameter: 'task_id', code: 'format' }),
      ]),
    );
  });

  it('answers 404 alike for a task that does not exist and for a task of somebody else', async () => {
    const { path } = await createTask();
    const stranger = await app.register();
    const foreign = await app.as(stranger).get(path).expect(404);
    await app
      .database('tasks')
      .where({ id: path.split('/').at(-1) })
      .delete();
    const absent = await app.as(stranger).get(path).expect(404);
    const comparable = ({ body }: typeof foreign) => ({ ...body, request_id: '' });
    expect(comparable(foreign)).toEqual(comparable(absent));
  });

  it('answers the task with its entity tag', async () => {
    const { path, user } = await createTask();
    const response = await app.as(user).get(path).expect(200);
    expect(response.headers.etag).toBe('"1"');
    expect(response.headers['cache-control']).toBe('private, no-cache');
    expect(response.body).toEqual({
      id: path.split('/').at(-1),
      user_id: user.id,
      project_id: null,
      parent_id: null,
      title: 'Buy milk',
      description: null,
      status: 'pending',
      priority: 'none',
      due: null,
      due_at: null,
      tags: [],
      position: expect.stringMatching(/^[A-Za-z0-9]+$/),
      is_overdue: false,
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: expect.any(String),
      completed_at: null,
      deleted_at: null,
    });
  });

  it('answers 304 without a body when the client has the current version', async () => {
    const { path, user } = await createTask();
    for (const tag of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      const response = await app.as(user).get(path).set('If-None-Match', tag).expect(304);
      expect(response.text).toBe('');
      expect(response.headers.etag).toBe('"1"');
    }
    await app.as(user).get(path).set('If-None-Match', '"2"').expect(200);
  });

  it('answers a task that becomes overdue with another entity tag, so that no 304 is wrong about it', async () => {
    const user = await app.register();
    const soon = new Date(Date.now() + 60_000).toISOString();
    const { id } = await storeTask(app, user, { due_at: soon, tags: ['errands', 'Always'] });
    const path = `/api/v1/tasks/${id}`;
    const before = await app.as(user).get(path).set('If-None-Match', '"1-overdue"').expect(200);
    expect(before.headers.etag).toBe('"1"');
    expect(before.body).toMatchObject({ is_overdue: false, due_at: soon, tags: ['Always', 'errands'] });
    app.advance(60_000);
    const after = await app.as(user).get(path).set('If-None-Match', '"1"').expect(200);
    expect(after.headers.etag).toBe('"1-overdue"');
    expect(after.body).toEqual({ ...before.body, is_overdue: true });
    await app.as(user).get(path).set('If-None-Match', '"1-overdue"').expect(304);
    // Nobody has changed it: whoever read it before may write.
    const patch = app.as(user).patch(path).send({ title: 'Buy bread' });
    const changed = await patch.set('If-Match', '"1"').expect(200);
    expect(changed.headers.etag).toBe('"2-overdue"');
    const refused = await app.as(user).delete(path).set('If-Match', '"1-overdue"').expect(412);
    expect(refused.headers.etag).toBe('"2-overdue"');
  });

  it('answers 404 for a task in the trash', async () => {
    const user = await app.register();
    const { id } = await storeTask(app, user, { deleted_at: new Date().toISOString() });
    await app.as(user).get(`/api/v1/tasks/${id}`).expect(404);
  });

  it('answers HEAD like GET, without the body', async () => {
    const { path, user } = await createTask();
    const response = await app.as(user).head(path).expect(200);
    expect(response.headers.etag).toBe('"1"');
    expect(response.text).toBeUndefined();
  });
});
