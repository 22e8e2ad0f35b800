import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../setup/group-scenes.ts';
import { ABSENT_ID } from '../setup/requests.ts';
import { createTask, eventsOf, userWithTask } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createFamily, expectGapless, getTask, happenings, patchTask, pathOf } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const DUE = { date: '2026-11-28', time: '18:00', timezone: 'Asia/Tokyo' };

describe('PATCH /api/v1/tasks/{task_id} with a due date', () => {
  it.each([
    {
      due: { date: '2026-11-29' },
      becomes: { ...DUE, date: '2026-11-29' },
      due_at: '2026-11-29T09:00:00.000Z',
    },
    { due: { timezone: null }, becomes: { ...DUE, timezone: null }, due_at: '2026-11-28T18:00:00.000Z' },
    {
      due: { time: null, timezone: null },
      becomes: { date: '2026-11-28', time: null, timezone: null },
      due_at: '2026-11-28T23:59:59.999Z',
    },
    { due: null, becomes: null, due_at: null },
  ])('merges $due', async ({ due, becomes, due_at }) => {
    const { user, task } = await userWithTask(app, { due: DUE });
    const patched = await patchTask(app, user, task, { due });
    expect(patched).toMatchObject({ due: becomes, due_at, version: 2 });
    expect(await getTask(app, user, task)).toEqual(patched);
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({
      changed: ['due', 'due_at'],
      before: { due: DUE, due_at: task.due_at },
      after: { due: becomes, due_at },
    });
  });

  it('changes nothing when the merge changes nothing', async () => {
    const { user, task } = await userWithTask(app, { due: DUE });
    for (const due of [{}, DUE, { time: '18:00' }]) {
      expect(await patchTask(app, user, task, { due })).toEqual(task);
    }
  });

  it.each([
    { from: null, due: {}, pointer: '/due/date', code: 'required' },
    { from: null, due: { time: '18:00' }, pointer: '/due/date', code: 'required' },
    { from: DUE, due: { time: null }, pointer: '/due/timezone', code: 'not_allowed' },
    { from: { date: '2026-11-28' }, due: { timezone: 'UTC' }, pointer: '/due/timezone', code: 'not_allowed' },
    { from: DUE, due: { date: null }, pointer: '/due/date', code: 'type' },
  ])('answers 422 to $due on $from', async ({ from, due, pointer, code }) => {
    const { user, task, path } = await userWithTask(app, { due: from as null });
    const { body } = await app.as(user).patch(path).send({ title: 'x', due }).expect(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await getTask(app, user, task)).toEqual(task);
  });
});

describe('PATCH /api/v1/tasks/{task_id} with tags', () => {
  it('replaces them as a set, spelled as the tags are', async () => {
    const { user, task } = await userWithTask(app, { tags: ['Errands', 'home'] });
    const patched = await patchTask(app, user, task, { tags: ['garden', 'ERRANDS', 'errands'] });
    expect(patched).toMatchObject({ tags: ['Errands', 'garden'], version: 2 });
    expect(await getTask(app, user, task)).toEqual(patched);
    const events = await eventsOf(app, user);
    expect(events.at(-1)).toMatchObject({
      changed: ['tags'],
      before: { tags: ['Errands', 'home'] },
      after: { tags: ['Errands', 'garden'] },
    });
    expect(await patchTask(app, user, task, { tags: [] })).toMatchObject({ tags: [], version: 3 });
    expect(await app.database('task_tags').where({ task_id: task.id })).toEqual([]);
    expect(await app.database('tags').where({ user_id: user.id })).toHaveLength(3);
  });

  it('changes nothing for the same tags in another order and case', async () => {
    const { user, task } = await userWithTask(app, { tags: ['Errands', 'home'] });
    expect(await patchTask(app, user, task, { tags: ['HOME', 'errands'] })).toEqual(task);
    expect(await happenings(app, user, 3)).toEqual([]);
  });

  it('names a tag as it is called after it was renamed meanwhile', async () => {
    const { user, task } = await userWithTask(app, { tags: ['Errands'] });
    const other = await createTask(app, user);
    const [tag] = await app.database('tags').where({ user_id: user.id });
    await Promise.all([
      app.as(user).patch(`/api/v1/tags/${tag.id}`).send({ name: 'ERRANDS' }).expect(200),
      patchTask(app, user, other, { tags: ['errands'] }),
    ]);
    for (const one of [task, other]) expect((await getTask(app, user, one)).tags).toEqual(['ERRANDS']);
  });
});

describe('PATCH /api/v1/tasks/{task_id} with another place', () => {
  it('takes the subtasks along into another project, those in the trash as well', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 2);
    const [, trashed] = subtasks;
    await app
      .as(user)
      .delete(pathOf(trashed ?? parent))
      .expect(204);
    const before = (await eventsOf(app, user)).length;
    const moved = await patchTask(app, user, parent, { project_id: project.id });
    expect(moved).toMatchObject({ project_id: project.id, version: 2 });
    const rows = await app.database('tasks').where({ user_id: user.id, parent_id: parent.id });
    expect(rows.map(({ project_id }) => project_id)).toEqual([project.id, project.id]);
    const family = [parent, ...subtasks].map(({ id }) => ['task.updated', id]);
    expect((await happenings(app, user, before)).sort()).toEqual(family.sort());
    expect(await patchTask(app, user, parent, { project_id: null })).toMatchObject({ project_id: null });
    await expectGapless(app, user);
  });

  it('makes a subtask of a task, and a task of a subtask', async () => {
    const { user, task: parent } = await userWithTask(app);
    const project = await createProject(app, user);
    await patchTask(app, user, parent, { project_id: project.id });
    const task = await createTask(app, user);
    const subtask = await patchTask(app, user, task, { parent_id: parent.id });
    expect(subtask).toMatchObject({ parent_id: parent.id, project_id: project.id, version: 2 });
    expect(await patchTask(app, user, task, { project_id: null })).toEqual(subtask);
    const free = await patchTask(app, user, task, { parent_id: null });
    expect(free).toMatchObject({ parent_id: null, project_id: project.id, version: 3 });
  });

  it('answers 422 to places that can not be', async () => {
    const { user, task } = await userWithTask(app);
    const project = await createProject(app, user);
    const { parent, subtasks } = await createFamily(app, user, 1);
    const [subtask = parent] = subtasks;
    const foreign = (await userWithTask(app)).task;
    const refusal = async (of: { readonly id: string }, patch: object) => {
      const { errors } = (await app.as(user).patch(pathOf(of)).send(patch).expect(422)).body;
      return errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).join();
    };
    expect(await refusal(task, { parent_id: task.id.toUpperCase() })).toBe('/parent_id not_allowed');
    expect(await refusal(task, { parent_id: subtask.id })).toBe('/parent_id not_allowed');
    expect(await refusal(parent, { parent_id: task.id })).toBe('/parent_id not_allowed');
    expect(await refusal(task, { parent_id: foreign.id })).toBe('/parent_id not_found');
    expect(await refusal(task, { parent_id: parent.id, project_id: project.id })).toBe(
      '/project_id not_allowed',
    );
    expect(await refusal(subtask, { project_id: project.id })).toBe('/project_id not_allowed');
    expect(await refusal(task, { project_id: ABSENT_ID })).toBe('/project_id not_found');
    expect(await getTask(app, user, parent)).toEqual(parent);
  });

  it('never ends with two levels when two tasks become subtasks of each other', async () => {
    const { user, task: one } = await userWithTask(app);
    const other = await createTask(app, user);
    const answers = await Promise.all([
      app.as(user).patch(pathOf(one)).send({ parent_id: other.id }),
      app.as(user).patch(pathOf(other)).send({ parent_id: one.id }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});

it('a patch takes two statements, with tags three', async () => {
  const { user, task } = await userWithTask(app);
  for (const [patch, count] of [
    [{ title: 'x' }, 2],
    [{ tags: ['y'], priority: 'low' }, 3],
  ] as const) {
    const statements = await statementsOf(app, () => patchTask(app, user, task, patch));
    const own = statements.filter((sql) => !sql.includes('from "sessions"') && !sql.includes('from "users"'));
    expect(own, own.join('\n')).toHaveLength(count);
  }
});
