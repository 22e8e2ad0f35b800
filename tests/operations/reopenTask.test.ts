import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsent,
  eventsOf,
  refuseOtherVersions,
  refuseUnentitled,
  userWithTask,
} from '../setup/scenes.ts';
import { happenings } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('POST /api/v1/tasks/{task_id}/reopen', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitled(app, (caller, path) => caller.post(`${path}/reopen`));
  });

  it('answers 404 alike for an absent task, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsent(app, (caller, path) => caller.post(`${path}/reopen`))).toHaveLength(1);
  });

  it('answers 412 with the task as it is when If-Match names another version', async () => {
    await refuseOtherVersions(app, (caller, path) => caller.post(`${path}/reopen`));
  });

  it.each(['completed', 'cancelled'] as const)('makes a task that is %s pending', async (status) => {
    const { user, task, path } = await userWithTask(app, { status });
    app.advance(1000);
    const { body } = await app.as(user).post(`${path}/reopen`).expect(200);
    const { updated_at } = body;
    expect(body).toEqual({ ...task, status: 'pending', completed_at: null, updated_at, version: 2 });
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({ type: 'task.updated', before: { status }, after: { status: 'pending' } });
  });

  it.each(['pending', 'in_progress'] as const)('leaves a task that is %s as it is', async (status) => {
    const { user, task, path } = await userWithTask(app, { status });
    const response = await app.as(user).post(`${path}/reopen`).expect(200);
    expect(response.body).toEqual(task);
    expect(response.headers.etag).toBe('"1"');
    expect(await happenings(app, user)).toHaveLength(1);
  });
});
