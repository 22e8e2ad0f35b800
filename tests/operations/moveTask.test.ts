import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { createTask, eventsOf, limitedTo, userWithTask } from '../setup/scenes.ts';
import { expectGapless, getTask, happenings, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Named = { readonly id: string };
const move = (user: TestUser, task: Named, where: object) =>
  app
    .as(user)
    .post(`${pathOf(task)}/move`)
    .send(where);

/** A new user with tasks in the order of their creation, three or more. */
async function userWithTasks(count: number) {
  const user = await app.register();
  const create = (number: number) => createTask(app, user, { title: String(number) });
  const tasks = [await create(0), await create(1), await create(2)] as const;
  const more = [];
  for (let number = 3; number < count; number += 1) more.push(await create(number));
  return { user, tasks: [...tasks, ...more] as const };
}

/** Titles in the manual order. */
async function order(user: TestUser): Promise<string> {
  const { body } = await app.as(user).get(`${TASKS}?sort=position&size=100`).expect(200);
  return body.items.map(({ title }: { title: string }) => title).join('');
}

describe('POST /api/v1/tasks/{task_id}/move', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    const { user, task, path } = await userWithTask(app);
    await app.anonymous.post(`${path}/move`).send({ after: null }).expect(401);
    await move(await limitedTo(app, user, 'tasks:read'), task, { after: null }).expect(403);
  });

  it("answers 404 to an absent task, somebody else's and one in the trash", async () => {
    const { user, task } = await userWithTask(app);
    await move(await app.register(), task, { after: null }).expect(404);
    await move(user, { id: ABSENT_ID }, { after: null }).expect(404);
    await app.as(user).delete(pathOf(task)).expect(204);
    await move(user, task, { after: null }).expect(404);
  });

  it('answers 422 to an anchor that is not there, is in the trash, or is the task itself', async () => {
    const { user, tasks } = await userWithTasks(3);
    const [task, trashed] = tasks;
    const foreign = (await userWithTask(app)).task;
    await app.as(user).delete(pathOf(trashed)).expect(204);
    for (const id of [foreign.id, trashed.id, ABSENT_ID]) {
      const { body } = await move(user, task, { after: id }).expect(422);
      expect(body.errors).toEqual([
        { pointer: '/after', code: 'not_found', message: 'is not a task of yours' },
      ]);
    }
    const { body } = await move(user, task, { before: task.id }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/before', code: 'not_allowed' }]);
    for (const where of [{}, { after: null, before: null }, { below: null }, { after: 'x' }]) {
      await move(user, task, where).expect(422);
    }
  });

  it('answers 412 when If-Match names another version', async () => {
    const { user, tasks } = await userWithTasks(3);
    const [, task] = tasks;
    const { body } = await move(user, task, { after: null }).set('If-Match', '"2"').expect(412);
    expect(body.current).toEqual(task);
  });

  it.each([
    { moved: 0, where: 'after', anchor: 2, result: '12034' },
    { moved: 4, where: 'after', anchor: 1, result: '01423' },
    { moved: 4, where: 'before', anchor: 0, result: '40123' },
    { moved: 1, where: 'before', anchor: 4, result: '02314' },
    { moved: 3, where: 'after', anchor: null, result: '30124' },
    { moved: 1, where: 'before', anchor: null, result: '02341' },
    { moved: 0, where: 'after', anchor: 4, result: '12340' },
  ] as const)('puts task $moved $where $anchor: $result', async ({ moved, where, anchor, result }) => {
    const { user, tasks } = await userWithTasks(5);
    const task = tasks[moved] ?? tasks[0];
    const response = await move(user, task, { [where]: anchor === null ? null : tasks[anchor]?.id }).expect(
      200,
    );
    expect(response.headers.etag).toBe('"2"');
    expect(response.body).toEqual({ ...task, ...pick(response.body, 'position', 'updated_at'), version: 2 });
    expect(await order(user)).toBe(result);
    const event = (await eventsOf(app, user)).at(-1);
    expect(event).toMatchObject({ type: 'task.moved', resource_id: task.id, changed: ['position'] });
    // What is created later comes after all.
    await createTask(app, user, { title: '5' });
    expect(await order(user)).toBe(`${result}5`);
  });

  it('changes nothing when the task is there already', async () => {
    const { user, tasks } = await userWithTasks(3);
    const [first, second, third] = tasks;
    expect((await move(user, second, { after: first.id }).expect(200)).body).toEqual(second);
    expect((await move(user, second, { before: third.id }).expect(200)).body).toEqual(second);
    expect((await move(user, first, { after: null }).expect(200)).body).toEqual(first);
    expect((await move(user, third, { before: null }).expect(200)).body).toEqual(third);
    expect(await happenings(app, user)).toHaveLength(3);
  });

  it('gives ten tasks that are moved to one place at once ten places', async () => {
    const { user, tasks } = await userWithTasks(12);
    const [anchor, , ...others] = tasks;
    const answers = await Promise.all(others.map((task) => move(user, task, { after: anchor.id })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.position)).size).toBe(10);
    expect(await order(user)).toMatch(/^0.*1$/);
    await expectGapless(app, user);
  });

  it('numbers all tasks anew, in their order, when a place would get too long a text', async () => {
    const { user, tasks } = await userWithTasks(4);
    const [first, second] = tasks;
    const tight = `a0${'0'.repeat(98)}1`;
    await app.database('tasks').where({ id: first.id }).update({ position: 'a0' });
    await app.database('tasks').where({ id: second.id }).update({ position: tight });
    const { body } = await move(user, tasks[3] ?? second, { after: first.id }).expect(200);
    expect(body.position.length).toBeLessThan(20);
    expect(await order(user)).toBe('0312');
    expect(await getTask(app, user, second)).toMatchObject({ version: 2 });
    await createTask(app, user, { title: '4' });
    expect(await order(user)).toBe('03124');
    await expectGapless(app, user);
  });

  it('finds a place between two tasks that share one', async () => {
    const { user, tasks } = await userWithTasks(3);
    const [first, second, third] = tasks;
    await app.database('tasks').where({ id: second.id }).update({ position: first.position });
    const [one, other] = first.id < second.id ? [first, second] : [second, first];
    await move(user, third, { after: one.id }).expect(200);
    const positions = await Promise.all(
      [one, third, other].map(async (task) => (await getTask(app, user, task)).position),
    );
    expect(positions).toEqual(positions.toSorted());
    expect(new Set(positions).size).toBe(3);
  });
});

function pick(body: Record<string, unknown>, ...names: string[]): object {
  return Object.fromEntries(names.map((name) => [name, body[name]]));
}
