import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ABSENT_TASK,
  answersForAbsent,
  asStored,
  eventsOf,
  FULL_TASK,
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

describe('PUT /api/v1/tasks/{task_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitled(app, (caller, path) => caller.put(path).send({ title: 'x' }));
  });

  it('answers 422 without a title, and takes merge patches for another media type', async () => {
    const { user, path } = await userWithTask(app);
    const response = await app.as(user).put(path).send({ priority: 'high' }).expect(422);
    expect(response.body.errors).toEqual([{ pointer: '/title', code: 'required', message: 'is required' }]);
    await app.as(user).put(path).type('application/merge-patch+json').send('{"title":"x"}').expect(415);
  });

  it('answers 404 alike for an absent task, a deleted one and one of somebody else, and creates none', async () => {
    const answers = await answersForAbsent(app, (caller, path) => caller.put(path).send({ title: 'Mine' }));
    expect(answers).toHaveLength(1);
    const stranger = await app.register();
    await app.as(stranger).put(ABSENT_TASK).set('If-Match', '*').send({ title: 'Mine' }).expect(404);
    expect(await app.database('tasks').where({ user_id: stranger.id })).toEqual([]);
  });

  it('answers 412 with the task as it is when If-Match names another version', async () => {
    await refuseOtherVersions(app, (caller, path) => caller.put(path).send({ title: 'x' }));
  });

  it('puts what is left out back to its default', async () => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    app.advance(1000);
    const response = await app.as(user).put(path).send({ title: 'Buy oat milk' }).expect(200);
    expect(response.headers.etag).toBe('"2"');
    expect(response.body).toEqual({
      ...task,
      title: 'Buy oat milk',
      description: null,
      status: 'pending',
      priority: 'none',
      version: 2,
      updated_at: response.body.updated_at,
    });
    expect(response.body.updated_at > task.updated_at).toBe(true);
    expect(await storedTask(app, task.id)).toEqual(asStored(response.body));
  });

  it('notes what changed, as it was and as it is', async () => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    const { body } = await app
      .as(user)
      .put(path)
      .set('If-Match', '"1"')
      .send({ ...FULL_TASK, status: 'completed' })
      .expect(200);
    expect(body.completed_at).toBe(body.updated_at);
    const [, event] = await eventsOf(app, user);
    expect(event).toEqual({
      user_id: user.id,
      seq: '2',
      type: 'task.updated',
      resource: 'task',
      resource_id: task.id,
      changed: ['completed_at', 'status'],
      before: { completed_at: null, status: 'in_progress' },
      after: { completed_at: body.completed_at, status: 'completed' },
      at: body.updated_at,
      actor: `user:${user.id}`,
    });
  });

  it('keeps the time of completion while the task stays completed, and forgets it after', async () => {
    const { user, task, path } = await userWithTask(app, { status: 'completed' });
    app.advance(1000);
    const renamed = await app.as(user).put(path).send({ title: 'Done', status: 'completed' }).expect(200);
    expect(renamed.body.completed_at).toBe(task.completed_at);
    const reopened = await app.as(user).put(path).send({ title: 'Done' }).expect(200);
    expect(reopened.body).toMatchObject({ status: 'pending', completed_at: null });
  });

  it('changes nothing, not even the version, when the task is that already', async () => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    app.advance(1000);
    for (const body of [FULL_TASK, { ...FULL_TASK }]) {
      const response = await app.as(user).put(path).send(body).expect(200);
      expect(response.headers.etag).toBe('"1"');
      expect(response.body).toEqual(task);
    }
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});
