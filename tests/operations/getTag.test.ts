import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersForAbsentOf, tagged, userWithTag } from '../setup/group-scenes.ts';
import { createTask, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('GET /api/v1/tags/{tag_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    const { user, path } = await userWithTag(app);
    await app.anonymous.get(path).expect(401);
    await app
      .as(await limitedTo(app, user, 'tasks:write'))
      .get(path)
      .expect(403);
  });

  it('answers 404 alike for an absent tag, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsentOf(app, 'tags', (caller, path) => caller.get(path))).toHaveLength(1);
  });

  it('counts its tasks, whatever their status, but not those in the trash', async () => {
    const { user, tag, path } = await userWithTag(app);
    await tagged(app, user, tag, { status: 'completed' });
    const { id } = await tagged(app, user, tag);
    await tagged(app, user, tag);
    await createTask(app, user);
    await app.as(user).delete(`/api/v1/tasks/${id}`).expect(204);
    const { body, headers } = await app.as(user).get(path).expect(200);
    expect(body).toEqual({ ...tag, task_count: 2 });
    expect(headers.etag).toBe('"1-2"');
  });

  it('answers 304 until the tag or the number of its tasks changes', async () => {
    const { user, tag, path } = await userWithTag(app);
    const ask = (entityTag: string) => app.as(user).get(path).set('If-None-Match', entityTag);
    await ask('"1-0"').expect(304);
    await tagged(app, user, tag);
    expect((await ask('"1-0"').expect(200)).headers.etag).toBe('"1-1"');
    await app.as(user).patch(path).send({ color: '#000000' }).expect(200);
    await ask('"1-1"').expect(200);
    await ask('"2-1"').expect(304);
  });
});
