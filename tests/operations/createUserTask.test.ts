import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('POST /api/v1/users/{user_id}/tasks', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, {
      scope: 'tasks:read',
      isOne: false,
      send: (caller, path) => caller.post(path).send({ title: 'Buy bread' }),
    }));

  it('creates a task, which is found below the path that was called and in the list', async () => {
    const user = await app.register();
    for (const path of ownPaths(user)) {
      await app.as(user).post(path).send({ title: '' }).expect(422);
      const response = await app.as(user).post(path).send({ title: 'Buy milk' }).expect(201);
      expect(response.headers).toMatchObject({ etag: '"1"', location: `${path}/${response.body.id}` });
      expect(response.body).toMatchObject({ title: 'Buy milk', user_id: user.id });
      for (const place of [String(response.headers.location), `/api/v1/tasks/${response.body.id}`]) {
        expect((await app.as(user).get(place).expect(200)).body).toEqual(response.body);
      }
    }
    expect((await app.as(user).get('/api/v1/tasks').expect(200)).body.total).toBe(3);
  });

  it('creates one task for one Idempotency-Key', async () => {
    const user = await app.register();
    const create = () =>
      app.as(user).post('/api/v1/users/me/tasks').set('Idempotency-Key', 'k').send({ title: 'Buy milk' });
    const [first, again] = [await create().expect(201), await create().expect(201)];
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ location: first.headers.location, 'idempotency-replayed': 'true' });
  });

  it('answers 200 to the same task under the same id, and 409 to another one', async () => {
    const user = await app.register();
    const id = uuidv7();
    const create = (title: string) => app.as(user).post('/api/v1/users/me/tasks').send({ id, title });
    const first = await create('Buy milk').expect(201);
    const again = await create('Buy milk').expect(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(`/api/v1/users/me/tasks/${id}`);
    const { body } = await create('Buy bread').expect(409);
    expect(body.code).toBe('conflict');
  });
});
