import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('GET /api/v1/users/{user_id}/tasks/{task_id}', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, { scope: 'tasks:write', isOne: true, send: (caller, path) => caller.get(path) }));

  it('answers the task with its entity tag, and 304 to whoever has it', async () => {
    const { user, task } = await userWithTask(app);
    for (const path of ownPaths(user)) {
      const response = await app.as(user).get(`${path}/${task.id}`).expect(200);
      expect(response.body).toEqual(task);
      expect(response.headers.etag).toBe('"1"');
      await app.as(user).get(`${path}/${task.id}`).set('If-None-Match', '"1"').expect(304);
      await app.as(user).head(`${path}/${task.id}`).expect(200);
    }
  });
});
