import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_TASK, createTask, eventsOf, userWithTask } from '../setup/scenes.ts';
import { createFamily, expectGapless, getTask, happenings, pathOf } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const trash = (user: TestUser, task: { readonly id: string }) => app.as(user).delete(pathOf(task));
const purge = (user: TestUser, task: { readonly id: string }) =>
  app.as(user).delete(`${pathOf(task)}?permanent=true`);
const rowsOf = (user: TestUser) => app.database('tasks').where({ user_id: user.id }).orderBy('created_at');

describe('DELETE /api/v1/tasks/{task_id} with subtasks', () => {
  it('puts the live ones into the trash at the same instant, with an event each', async () => {
    const { user, task: other } = await userWithTask(app);
    const { parent, subtasks } = await createFamily(app, user, 3);
    const [earlier = parent, ...live] = subtasks;
    await trash(user, earlier).expect(204);
    app.advance(1000);
    const before = (await eventsOf(app, user)).length;
    await trash(user, parent).expect(204);
    const rows = new Map((await rowsOf(user)).map((row) => [row.id, row]));
    const { deleted_at } = rows.get(parent.id);
    for (const { id } of live)
      expect(rows.get(id)).toMatchObject({ deleted_at, version: 2, parent_id: parent.id });
    expect(rows.get(earlier.id).deleted_at < deleted_at).toBe(true);
    expect(await getTask(app, user, other)).toEqual(other);
    const ids = [parent, ...live].map(({ id }) => ['task.deleted', id]);
    expect(await happenings(app, user, before)).toEqual(ids);
    await expectGapless(app, user);
  });

  it('leaves the parent alone when a subtask is deleted', async () => {
    const { user } = await userWithTask(app);
    const { parent, subtasks } = await createFamily(app, user, 1);
    for (const subtask of subtasks) await trash(user, subtask).expect(204);
    expect(await getTask(app, user, parent)).toEqual(parent);
  });
});

describe('DELETE /api/v1/tasks/{task_id}?permanent=true', () => {
  it('answers 409 to a task that is not in the trash, and changes nothing', async () => {
    const { user, task } = await userWithTask(app);
    const { body } = await purge(user, task).expect(409);
    expect(body.code).toBe('conflict');
    expect(await getTask(app, user, task)).toEqual(task);
    expect(await happenings(app, user)).toHaveLength(1);
  });

  it("answers 404 to an absent task and somebody else's", async () => {
    const { user, task } = await userWithTask(app);
    await trash(user, task).expect(204);
    await purge(await app.register(), task).expect(404);
    await app.as(user).delete(`${ABSENT_TASK}?permanent=true`).expect(404);
    expect(await rowsOf(user)).toHaveLength(1);
  });

  it('answers 412 when If-Match names another version', async () => {
    const { user, task } = await userWithTask(app);
    await trash(user, task).expect(204);
    await purge(user, task).set('If-Match', '"1"').expect(412);
    await purge(user, task).set('If-Match', '"2"').expect(204);
  });

  it('removes the task, its tags on it and its subtasks for good, and keeps what happened', async () => {
    const { user } = await userWithTask(app);
    const { parent, subtasks } = await createFamily(app, user, 2, { tags: ['a', 'b'] });
    const [earlier = parent] = subtasks;
    await trash(user, earlier).expect(204);
    app.advance(1000);
    await trash(user, parent).expect(204);
    const before = (await eventsOf(app, user)).length;
    await purge(user, parent).expect(204);
    expect(await rowsOf(user)).toHaveLength(1);
    expect(await app.database('task_tags').where({ user_id: user.id })).toEqual([]);
    expect(await app.database('tags').where({ user_id: user.id })).toHaveLength(2);
    await purge(user, parent).expect(404);
    await app
      .as(user)
      .post(`${pathOf(parent)}/restore`)
      .expect(404);
    const events = (await eventsOf(app, user)).slice(before);
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('task.purged'));
    expect(events.at(-1)).toMatchObject({ resource_id: parent.id, changed: [], before: {}, after: {} });
    await expectGapless(app, user);
  });

  it('frees the id', async () => {
    const { user, task } = await userWithTask(app);
    await trash(user, task).expect(204);
    await purge(user, task).expect(204);
    expect((await createTask(app, user, { id: task.id, title: 'Again' })).version).toBe(1);
  });

  it('removes once when many ask at once, also while others restore', async () => {
    const { user } = await userWithTask(app);
    const { parent } = await createFamily(app, user, 2);
    await trash(user, parent).expect(204);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => purge(user, parent)),
      ...Array.from({ length: 5 }, () => app.as(user).post(`${pathOf(parent)}/restore`)),
    ]);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 204, 404, 409].includes(status))).toEqual([]);
    expect((await rowsOf(user)).length).toBe(statuses.has(204) ? 1 : 4);
    await expectGapless(app, user);
  });
});
