import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../setup/group-scenes.ts';
import { createTask, eventsOf, userWithTask } from '../setup/scenes.ts';
import { createFamily, getTask, happenings, pathOf } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const put = (user: TestUser, task: { readonly id: string }, body: object) =>
  app
    .as(user)
    .put(pathOf(task))
    .send({ title: 'Buy milk', ...body });

describe('PUT /api/v1/tasks/{task_id} with all fields', () => {
  it('writes each of them', async () => {
    const { user, task } = await userWithTask(app);
    const [project, parent] = [await createProject(app, user), await createTask(app, user)];
    const due = { date: '2026-11-28', time: '18:00', timezone: 'Asia/Tokyo' };
    const { body } = await put(user, task, { project_id: project.id, due, tags: ['b', 'A'] }).expect(200);
    const due_at = '2026-11-28T09:00:00.000Z';
    expect(body).toMatchObject({ project_id: project.id, due, due_at, tags: ['A', 'b'], version: 2 });
    expect(await getTask(app, user, task)).toEqual(body);
    const below = await put(user, task, { parent_id: parent.id }).expect(200);
    expect(below.body).toMatchObject({
      parent_id: parent.id,
      project_id: null,
      due: null,
      tags: [],
      version: 3,
    });
    const event = (await eventsOf(app, user)).at(-1);
    expect(event?.changed).toEqual(['due', 'due_at', 'parent_id', 'project_id', 'tags']);
  });

  it('puts what is left out back to its default: a subtask becomes a task of its own, its project is left', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { subtasks } = await createFamily(app, user, 1, { project_id: project.id });
    for (const subtask of subtasks) {
      const { body } = await put(user, subtask, {}).expect(200);
      expect(body).toMatchObject({ parent_id: null, project_id: null, version: 2 });
    }
  });

  it('takes the subtasks along', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 2);
    await put(user, parent, { project_id: project.id }).expect(200);
    for (const subtask of subtasks) {
      expect(await getTask(app, user, subtask)).toMatchObject({ project_id: project.id, version: 2 });
    }
  });

  it('changes nothing when the task is that already, however tags are spelled and ids are written', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const fields = { due: { date: '2026-11-28' }, tags: ['Errands', 'home'] };
    const task = await createTask(app, user, { ...fields, project_id: project.id } as object);
    const before = await happenings(app, user);
    const { body } = await put(user, task, {
      ...fields,
      tags: ['HOME', 'errands'],
      project_id: project.id.toUpperCase(),
    });
    expect(body).toEqual(task);
    expect(await happenings(app, user)).toEqual(before);
  });

  it.each([
    { body: { due: { time: '18:00' } }, pointer: '/due/date', code: 'required' },
    { body: { due: { date: '2026-11-28', timezone: 'UTC' } }, pointer: '/due/timezone', code: 'not_allowed' },
    { body: { id: '0199f3a0-0000-7000-8000-00000000000a' }, pointer: '/id', code: 'unknown' },
    { body: { position: 'a0' }, pointer: '/position', code: 'unknown' },
  ])('answers 422 to $body', async ({ body, pointer, code }) => {
    const { user, task } = await userWithTask(app);
    const response = await put(user, task, body).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await getTask(app, user, task)).toEqual(task);
  });
});
