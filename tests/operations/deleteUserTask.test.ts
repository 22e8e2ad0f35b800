import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedTask, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('DELETE /api/v1/users/{user_id}/tasks/{task_id}', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, { scope: 'tasks:read', isOne: true, send: (caller, path) => caller.delete(path) }));

  it('puts the task into the trash, and deletes it for good from there', async () => {
    for (const which of [0, 1, 2]) {
      const { user, task } = await userWithTask(app);
      const path = `${ownPaths(user)[which]}/${task.id}`;
      await app.as(user).delete(path).query({ permanent: true }).expect(409);
      await app.as(user).delete(path).set('If-Match', '"7"').expect(412);
      await app.as(user).delete(path).expect(204);
      await app.as(user).get(path).expect(404);
      expect((await storedTask(app, task.id))?.deleted_at).not.toBeNull();
      await app.as(user).delete(path).query({ permanent: true }).expect(204);
      expect(await storedTask(app, task.id)).toBeUndefined();
    }
  });
});
