import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseOtherVersionsOf, refuseUnentitledTo, taskIn, userWithProject } from '../setup/group-scenes.ts';
import { comparable, eventsOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('POST /api/v1/projects/{project_id}/restore', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'projects', (caller, path) => caller.post(`${path}/restore`));
  });

  it('answers 404 alike for an absent project and one of somebody else, live or in the trash', async () => {
    const [{ user, project, path }, stranger] = [await userWithProject(app), await app.register()];
    const live = await app.as(stranger).post(`${path}/restore`).expect(404);
    await app.as(user).delete(path).expect(204);
    const trashed = await app.as(stranger).post(`${path}/restore`).expect(404);
    await app.database('projects').where({ user_id: user.id, id: project.id }).delete();
    const absent = await app.as(stranger).post(`${path}/restore`).expect(404);
    expect(new Set([live, trashed, absent].map(comparable)).size).toBe(1);
  });

  it('answers 412 with the project as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'projects', (caller, path) => caller.post(`${path}/restore`));
  });

  it('leaves a project alone that is not in the trash', async () => {
    const { user, project, path } = await userWithProject(app);
    const { body, headers } = await app.as(user).post(`${path}/restore`).expect(200);
    expect([body, headers.etag]).toEqual([project, '"1-0-0"']);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('brings back the project and the tasks that were deleted together with it, and no others', async () => {
    const { user, project, path } = await userWithProject(app);
    const [earlier, task] = [
      await taskIn(app, user, project),
      await taskIn(app, user, project, { status: 'completed' }),
    ];
    await app.as(user).delete(`/api/v1/tasks/${earlier.id}`).expect(204);
    app.advance(1000);
    await app.as(user).delete(path).query({ tasks: 'delete' }).expect(204);
    app.advance(1000);
    const { body, headers } = await app.as(user).post(`${path}/restore`).set('If-Match', '"2"').expect(200);
    expect(body).toEqual({
      ...project,
      task_counts: { open: 0, completed: 1 },
      version: 3,
      updated_at: expect.any(String),
    });
    expect(headers.etag).toBe('"3-0-1"');
    expect((await app.as(user).get(path).expect(200)).body).toEqual(body);
    const restored = await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(200);
    expect(restored.body).toEqual({ ...task, version: 3, updated_at: body.updated_at });
    await app.as(user).get(`/api/v1/tasks/${earlier.id}`).expect(404);
    expect((await eventsOf(app, user)).slice(-2)).toMatchObject([
      { type: 'project.restored', resource_id: project.id, after: { deleted_at: null } },
      { type: 'task.restored', resource_id: task.id, changed: ['deleted_at'], after: { deleted_at: null } },
    ]);
  });

  it('comes back without the tasks that it was deleted without', async () => {
    const { user, project, path } = await userWithProject(app);
    const task = await taskIn(app, user, project);
    await app.as(user).delete(path).expect(204);
    await app.as(user).post(`${path}/restore`).expect(200);
    const { body } = await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(200);
    expect(body.project_id).toBeNull();
  });
});
