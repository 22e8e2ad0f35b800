import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsent,
  asStored,
  eventsOf,
  refuseOtherVersions,
  refuseUnentitled,
  storedTask,
  userWithTask,
} from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('DELETE /api/v1/tasks/{task_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitled(app, (caller, path) => caller.delete(path));
  });

  it('answers 422 to an id that is not a UUID', async () => {
    const response = await app
      .as(await app.register())
      .delete('/api/v1/tasks/17')
      .expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ parameter: 'task_id' }));
  });

  it('answers 404 alike for a task of somebody else, one that is deleted already and none at all', async () => {
    const answers = await answersForAbsent(app, (caller, path) => caller.delete(path).set('If-Match', '"1"'));
    expect(answers).toHaveLength(1);
  });

  it('answers 412 with the task as it is when If-Match names another version', async () => {
    await refuseOtherVersions(app, (caller, path) => caller.delete(path));
  });

  it.each(['"1"', '*', '"0", "1"'])('goes on when If-Match is %s', async (tag) => {
    const { user, path } = await userWithTask(app);
    await app.as(user).delete(path).set('If-Match', tag).expect(204);
  });

  it('answers 204, and the task is gone from everywhere', async () => {
    const { user, path } = await userWithTask(app);
    const response = await app.as(user).delete(path).expect(204);
    expect(response.text).toBe('');
    expect(response.headers['content-type']).toBeUndefined();
    expect(response.headers.etag).toBeUndefined();
    await app.as(user).get(path).expect(404);
    await app.as(user).put(path).send({ title: 'x' }).expect(404);
    await app.as(user).patch(path).send({ title: 'x' }).expect(404);
    const list = await app.as(user).get('/api/v1/tasks').expect(200);
    expect(list.body).toMatchObject({ items: [], total: 0 });
  });

  it('keeps the row, marks it, and notes what happened', async () => {
    const { user, task, path } = await userWithTask(app);
    app.advance(1000);
    await app.as(user).delete(path).expect(204);
    const row = await storedTask(app, task.id);
    expect(row).toEqual({
      ...asStored(task),
      version: 2,
      updated_at: row?.deleted_at,
      deleted_at: row?.deleted_at,
    });
    expect(String(row?.deleted_at) > task.updated_at).toBe(true);
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({
      seq: '2',
      type: 'task.deleted',
      resource_id: task.id,
      changed: ['deleted_at'],
      before: { deleted_at: null },
      after: { deleted_at: row?.deleted_at },
      at: row?.deleted_at,
      actor: `user:${user.id}`,
    });
  });

  it('lets exactly one of ten simultaneous deletions succeed', async () => {
    const { user, path } = await userWithTask(app);
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.as(user).delete(path)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)]);
    expect(await eventsOf(app, user)).toHaveLength(2);
  });
});
