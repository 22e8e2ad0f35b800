import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsent,
  eventsOf,
  refuseOtherVersions,
  refuseUnentitled,
  userWithTask,
} from '../setup/scenes.ts';
import { createFamily, getTask, happenings, pathOf } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('POST /api/v1/tasks/{task_id}/complete', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitled(app, (caller, path) => caller.post(`${path}/complete`));
  });

  it('answers 404 alike for an absent task, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsent(app, (caller, path) => caller.post(`${path}/complete`))).toHaveLength(1);
  });

  it('answers 412 with the task as it is when If-Match names another version', async () => {
    await refuseOtherVersions(app, (caller, path) => caller.post(`${path}/complete`));
  });

  it.each(['pending', 'in_progress', 'cancelled'] as const)('completes a task that is %s', async (status) => {
    const { user, task, path } = await userWithTask(app, { status });
    app.advance(1000);
    const response = await app.as(user).post(`${path}/complete`).set('If-Match', '"1"').expect(200);
    const { updated_at } = response.body;
    expect(response.headers.etag).toBe('"2"');
    expect(response.body).toEqual({
      ...task,
      status: 'completed',
      completed_at: updated_at,
      updated_at,
      version: 2,
    });
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({
      type: 'task.updated',
      changed: ['completed_at', 'status'],
      before: { completed_at: null, status },
      after: { completed_at: updated_at, status: 'completed' },
    });
  });

  it('leaves a task that is completed as it is, and its subtasks too', async () => {
    const { user } = await userWithTask(app);
    const { parent, subtasks } = await createFamily(app, user, 1, { status: 'completed' });
    expect(
      (
        await app
          .as(user)
          .post(`${pathOf(parent)}/complete`)
          .expect(200)
      ).body,
    ).toEqual(parent);
    for (const subtask of subtasks) expect(await getTask(app, user, subtask)).toEqual(subtask);
    expect(await happenings(app, user)).toHaveLength(3);
  });

  it('completes once when many ask at once', async () => {
    const { user, path } = await userWithTask(app);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.as(user).post(`${path}/complete`)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.version}`))).toEqual(
      new Set(['200 2']),
    );
    expect(await happenings(app, user)).toHaveLength(2);
  });
});
