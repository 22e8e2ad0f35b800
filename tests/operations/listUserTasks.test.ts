import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTask, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { ownPaths, refuseOthers } from '../setup/user-paths.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('GET /api/v1/users/{user_id}/tasks', () => {
  it('answers 401, 403, 422, and 404 for anybody but the caller', () =>
    refuseOthers(app, { scope: 'tasks:write', isOne: false, send: (caller, path) => caller.get(path) }));

  it('answers the list of GET /api/v1/tasks, with links to the path that was called', async () => {
    const { user } = await userWithTask(app);
    for (const title of ['Two', 'Three']) await createTask(app, user, { title });
    for (const path of ownPaths(user)) {
      const query = { size: 1, sort: '-title', status: 'pending' };
      const own = await app.as(user).get('/api/v1/tasks').query(query).expect(200);
      const response = await app.as(user).get(path).query(query).expect(200);
      expect(response.body).toEqual(own.body);
      expect(response.headers.etag).toBe(own.headers.etag);
      expect(response.headers.link).toBe(own.headers.link?.replaceAll('</api/v1/tasks?', `<${path}?`));
      await app.as(user).get(path).query(query).set('If-None-Match', String(own.headers.etag)).expect(304);
      const cursor = { ...query, cursor: own.body.next_cursor };
      const next = await app.as(user).get(path).query(cursor).expect(200);
      expect(next.body.items.map(({ title }: { title: string }) => title)).toEqual(['Three']);
    }
  });
});
