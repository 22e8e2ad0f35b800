import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FULL_TASK, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PUT /api/v1/users/{user_id}/tasks/{task_id}', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, {
      scope: 'tasks:read',
      isOne: true,
      send: (caller, path) => caller.put(path).send({ title: 'Buy bread' }),
    }));

  it('replaces the whole task, if it is at the version that is expected', async () => {
    for (const which of [0, 1, 2]) {
      const { user, task } = await userWithTask(app, FULL_TASK);
      const path = `${ownPaths(user)[which]}/${task.id}`;
      await app.as(user).put(path).send({ title: '' }).expect(422);
      const replace = () => app.as(user).put(path).send({ title: 'Buy bread' });
      const refused = await replace().set('If-Match', '"7"').expect(412);
      expect(refused.body.current).toEqual(task);
      const response = await replace().set('If-Match', '"1"').expect(200);
      expect(response.headers.etag).toBe('"2"');
      expect(response.body).toMatchObject({
        title: 'Buy bread',
        description: null,
        priority: 'none',
        version: 2,
      });
    }
  });
});
