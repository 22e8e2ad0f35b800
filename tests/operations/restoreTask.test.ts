import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../setup/group-scenes.ts';
import { ABSENT_TASK, createTask, eventsOf, limitedTo, userWithTask } from '../setup/scenes.ts';
import { createFamily, expectGapless, getTask, happenings, patchTask, pathOf } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Named = { readonly id: string };
const trash = (user: TestUser, task: Named) => app.as(user).delete(pathOf(task)).expect(204);
const restore = (user: TestUser, task: Named) => app.as(user).post(`${pathOf(task)}/restore`);

describe('POST /api/v1/tasks/{task_id}/restore', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    const { user, task, path } = await userWithTask(app);
    await trash(user, task);
    await app.anonymous.post(`${path}/restore`).expect(401);
    await restore(await limitedTo(app, user, 'tasks:read'), task).expect(403);
    await app.as(user).get(path).expect(404);
  });

  it("answers 404 to an absent task and somebody else's", async () => {
    const { user, task } = await userWithTask(app);
    await trash(user, task);
    const stranger = await app.register();
    await restore(stranger, task).expect(404);
    await app.as(stranger).post(`${ABSENT_TASK}/restore`).expect(404);
  });

  it('takes the task out of the trash and notes it', async () => {
    const { user, task, path } = await userWithTask(app, { tags: ['a'] });
    await trash(user, task);
    app.advance(1000);
    const response = await restore(user, task).expect(200);
    expect(response.headers.etag).toBe('"3"');
    expect(response.body).toEqual({ ...task, version: 3, updated_at: response.body.updated_at });
    expect((await app.as(user).get(path).expect(200)).body).toEqual(response.body);
    const event = (await eventsOf(app, user)).at(-1);
    expect(event).toMatchObject({
      type: 'task.restored',
      changed: ['deleted_at'],
      before: { deleted_at: expect.any(String) },
      after: { deleted_at: null },
    });
  });

  it('leaves a task that is not in the trash as it is', async () => {
    const { user, task } = await userWithTask(app);
    expect((await restore(user, task).expect(200)).body).toEqual(task);
    expect(await happenings(app, user)).toHaveLength(1);
  });

  it('answers 412 when If-Match names another version', async () => {
    const { user, task } = await userWithTask(app);
    await trash(user, task);
    const { body } = await restore(user, task).set('If-Match', '"1"').expect(412);
    expect(body.current).toMatchObject({ id: task.id, version: 2, deleted_at: expect.any(String) });
    await restore(user, task).set('If-Match', '"2"').expect(200);
  });

  it('brings back the subtasks that were deleted with it, and no others', async () => {
    const { user } = await userWithTask(app);
    const { parent, subtasks } = await createFamily(app, user, 3);
    const [earlier = parent, ...together] = subtasks;
    await trash(user, earlier);
    app.advance(1000);
    await trash(user, parent);
    for (const one of together) await app.as(user).get(pathOf(one)).expect(404);
    await restore(user, parent).expect(200);
    for (const one of together) expect(await getTask(app, user, one)).toMatchObject({ parent_id: parent.id });
    await app.as(user).get(pathOf(earlier)).expect(404);
    await expectGapless(app, user);
  });

  it('makes a task of a subtask whose parent is in the trash', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 1, { project_id: project.id });
    const [subtask = parent] = subtasks;
    await trash(user, parent);
    const { body } = await restore(user, subtask).expect(200);
    expect(body).toMatchObject({ parent_id: null, project_id: project.id });
    await restore(user, parent).expect(200);
    expect(await getTask(app, user, subtask)).toEqual(body);
  });

  it('puts a subtask into the project that its parent is in by now', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 1);
    const [subtask = parent] = subtasks;
    await trash(user, subtask);
    await patchTask(app, user, parent, { project_id: project.id });
    const { body } = await restore(user, subtask).expect(200);
    expect(body).toMatchObject({ parent_id: parent.id, project_id: project.id });
  });

  it('takes a task and its subtasks out of a project that is gone', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 1, { project_id: project.id });
    await trash(user, parent);
    await app.as(user).delete(`/api/v1/projects/${project.id}`).expect(204);
    expect((await restore(user, parent).expect(200)).body.project_id).toBeNull();
    for (const one of subtasks) expect((await getTask(app, user, one)).project_id).toBeNull();
  });

  it('restores once when many ask at once', async () => {
    const { user, task } = await userWithTask(app);
    await createTask(app, user, { parent_id: task.id });
    await trash(user, task);
    const answers = await Promise.all(Array.from({ length: 8 }, () => restore(user, task)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.version}`))).toEqual(
      new Set(['200 3']),
    );
    expect(await happenings(app, user)).toHaveLength(6);
  });
});
