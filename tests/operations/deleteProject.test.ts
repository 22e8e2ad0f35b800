import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsentOf,
  createProject,
  refuseOtherVersionsOf,
  refuseUnentitledTo,
  taskIn,
  userWithProject,
} from '../setup/group-scenes.ts';
import { eventsOf, storedTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('DELETE /api/v1/projects/{project_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'projects', (caller, path) => caller.delete(path));
  });

  it('answers 404 alike for an absent project, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsentOf(app, 'projects', (caller, path) => caller.delete(path))).toHaveLength(1);
  });

  it('answers 412 with the project as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'projects', (caller, path) => caller.delete(path));
  });

  it('answers 422 to another fate of the tasks', async () => {
    const { user, path } = await userWithProject(app);
    await app.as(user).delete(path).query({ tasks: 'burn' }).expect(422);
  });

  it('puts the project into the trash; its tasks stay without a project', async () => {
    const { user, project, path } = await userWithProject(app);
    const tasks = [await taskIn(app, user, project), await taskIn(app, user, project)];
    const elsewhere = await taskIn(app, user, await createProject(app, user));
    app.advance(1000);
    await app.as(user).delete(path).expect(204);
    const events = (await eventsOf(app, user)).slice(-3);
    const at = String(events[0]?.at);
    for (const task of tasks) {
      const { body } = await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(200);
      expect(body).toEqual({ ...task, project_id: null, version: 2, updated_at: at });
    }
    expect((await app.as(user).get(`/api/v1/tasks/${elsewhere.id}`)).body).toEqual(elsewhere);
    const about = { at, actor: `user:${user.id}` };
    expect(events).toMatchObject([
      ...tasks.map(({ id }) => ({
        ...about,
        type: 'task.updated',
        resource: 'task',
        resource_id: id,
        changed: ['project_id'],
        before: { project_id: project.id },
        after: { project_id: null },
      })),
      {
        ...about,
        type: 'project.deleted',
        resource: 'project',
        resource_id: project.id,
        changed: ['deleted_at'],
        before: { deleted_at: null },
        after: { deleted_at: at },
      },
    ]);
    expect((await eventsOf(app, user)).map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes the tasks with it into the trash when asked to, at one instant', async () => {
    const { user, project, path } = await userWithProject(app);
    const early = await taskIn(app, user, project);
    await app.as(user).delete(`/api/v1/tasks/${early.id}`).expect(204);
    const { deleted_at: earlier } = { ...(await storedTask(app, early.id)) };
    const task = await taskIn(app, user, project);
    app.advance(1000);
    await app.as(user).delete(path).query({ tasks: 'delete' }).expect(204);
    await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(404);
    const stored = await app.database('projects').where({ user_id: user.id, id: project.id }).first();
    expect(await storedTask(app, task.id)).toMatchObject({
      deleted_at: stored.deleted_at,
      project_id: project.id,
      version: 2,
    });
    expect(await storedTask(app, early.id)).toMatchObject({ deleted_at: earlier, version: 2 });
    expect((await eventsOf(app, user)).slice(-2)).toMatchObject([
      { type: 'task.deleted', resource_id: task.id, after: { deleted_at: stored.deleted_at } },
      { type: 'project.deleted', resource_id: project.id },
    ]);
  });

  it('is done once, with all of its 4500 tasks, however many ask at once', async () => {
    const { user, project, path } = await userWithProject(app);
    await taskIn(app, user, project);
    await app.database.raw(
      `insert into tasks (user_id, id, title, status, priority, project_id, position, search, version, created_at, updated_at)
       select user_id, gen_random_uuid(), title, status, priority, project_id, position, search, 1, created_at, updated_at
       from tasks, generate_series(1, 4499) where user_id = ?`,
      [user.id],
    );
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => app.as(user).delete(path).query({ tasks: 'delete' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
    const events = await eventsOf(app, user);
    expect(events.map(({ seq }) => Number(seq))).toEqual(
      Array.from({ length: 4503 }, (_, index) => index + 1),
    );
    const deletions = events.filter(({ type }) => type === 'task.deleted').map((event) => event.resource_id);
    expect(deletions).toEqual(deletions.toSorted());
    expect(new Set(deletions).size).toBe(4500);
  });
});
