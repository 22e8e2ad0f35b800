import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FULL_TASK, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PATCH /api/v1/users/{user_id}/tasks/{task_id}', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, {
      scope: 'tasks:read',
      isOne: true,
      send: (caller, path) => caller.patch(path).send({ title: 'Buy bread' }),
    }));

  it('changes what the patch names, if the task is at the version that is expected', async () => {
    for (const which of [0, 1, 2]) {
      const { user, task } = await userWithTask(app, FULL_TASK);
      const path = `${ownPaths(user)[which]}/${task.id}`;
      await app.as(user).patch(path).send({ title: null }).expect(422);
      const patch = () =>
        app.as(user).patch(path).type('application/merge-patch+json').send('{"description":null}');
      await patch().set('If-Match', '"7"').expect(412);
      const response = await patch().set('If-Match', '"1"').expect(200);
      expect(response.headers.etag).toBe('"2"');
      expect(response.body).toEqual({
        ...task,
        description: null,
        version: 2,
        updated_at: response.body.updated_at,
      });
    }
  });
});
