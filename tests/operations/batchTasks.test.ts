import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../setup/group-scenes.ts';
import { ABSENT_ID } from '../setup/requests.ts';
import { createTask, eventsOf, limitedTo, storedData, userWithTask } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createFamily, expectGapless, getTask, happenings, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Operations = readonly object[];
const batch = (user: TestUser, operations: Operations, atomic?: boolean) =>
  app.as(user).post(`${TASKS}/batch`).send({ operations, atomic });
const create = (task: object = {}) => ({ op: 'create', task: { title: 'Buy milk', ...task } });
const NEW_ID = '0199f3a0-0000-7000-8000-00000000000a';

describe('POST /api/v1/tasks/batch', () => {
  it('answers 401 without a token and 403 without the scope, and stores nothing', async () => {
    const user = await app.register();
    await app.anonymous
      .post(`${TASKS}/batch`)
      .send({ operations: [create()] })
      .expect(401);
    await batch(await limitedTo(app, user, 'tasks:read'), [create()]).expect(403);
    expect(await eventsOf(app, user)).toEqual([]);
  });

  it('answers 422 to no operations, more than a hundred, and fields that break the contract', async () => {
    const user = await app.register();
    await batch(user, []).expect(422);
    await batch(
      user,
      Array.from({ length: 101 }, () => create()),
    ).expect(422);
    const { body } = await batch(user, [create(), create({ title: ' ' })]).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/operations/1/task/title', code: 'pattern' }]);
  });

  it.each([true, false])(
    'answers 422 to fields that the operation lacks or does not have (atomic: %s)',
    async (atomic) => {
      const user = await app.register();
      const operations = [
        create(),
        { op: 'create', id: ABSENT_ID, if_match: '"1"' },
        { op: 'update', task: { title: 'x' } },
        { op: 'complete', id: ABSENT_ID, patch: {} },
        { op: 'delete' },
      ];
      const { body } = await batch(user, operations, atomic).expect(422);
      expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
        '/operations/1/task required',
        '/operations/1/id not_allowed',
        '/operations/1/if_match not_allowed',
        '/operations/2/id required',
        '/operations/2/patch required',
        '/operations/2/task not_allowed',
        '/operations/3/patch not_allowed',
        '/operations/4/id required',
      ]);
      expect(await eventsOf(app, user)).toEqual([]);
    },
  );

  it('does each operation in its order and answers what each would have been answered alone', async () => {
    const { user, task } = await userWithTask(app, { tags: ['old'] });
    const other = await createTask(app, user);
    const project = await createProject(app, user);
    const before = (await eventsOf(app, user)).length;
    const { body } = await batch(user, [
      create({ id: NEW_ID, project_id: project.id, due: { date: '2026-11-28' } }),
      create({ parent_id: NEW_ID, tags: ['new'] }),
      { op: 'update', id: task.id, patch: { tags: ['NEW'] }, if_match: '"1"' },
      { op: 'update', id: task.id.toUpperCase(), patch: { title: 'x' }, if_match: '"2"' },
      { op: 'complete', id: task.id },
      { op: 'complete', id: NEW_ID },
      { op: 'delete', id: other.id },
    ]).expect(200);
    const statuses = body.results.map(({ status }: { status: number }) => status);
    expect(statuses).toEqual([201, 201, 200, 200, 200, 200, 204]);
    const [first, second, , , last, completed, deleted] = body.results;
    expect(second.task).toMatchObject({
      parent_id: NEW_ID,
      project_id: project.id,
      tags: ['new'],
      version: 1,
    });
    expect(second.task.position > first.task.position).toBe(true);
    expect(last.task).toMatchObject({ title: 'x', tags: ['new'], status: 'completed', version: 4 });
    expect(deleted).toEqual({ status: 204 });
    for (const { task: answered } of [second, last, completed]) {
      expect(await getTask(app, user, answered)).toEqual(answered);
    }
    await app.as(user).get(pathOf(other)).expect(404);
    expect(await happenings(app, user, before)).toEqual([
      ['task.created', NEW_ID],
      ['tag.created', expect.any(String)],
      ['task.created', second.task.id],
      ['task.updated', task.id],
      ['task.updated', task.id],
      ['task.updated', task.id],
      ['task.updated', NEW_ID],
      ['task.deleted', other.id],
    ]);
    await expectGapless(app, user);
  });

  it('moves and deletes subtasks with their parents', async () => {
    const { user } = await userWithTask(app);
    const project = await createProject(app, user);
    const [kept, deleted] = [await createFamily(app, user, 2), await createFamily(app, user, 2)];
    await batch(user, [
      { op: 'update', id: kept.parent.id, patch: { project_id: project.id } },
      { op: 'delete', id: deleted.parent.id },
    ]).expect(200);
    for (const subtask of kept.subtasks) {
      expect(await getTask(app, user, subtask)).toMatchObject({ project_id: project.id, version: 2 });
    }
    for (const subtask of deleted.subtasks) await app.as(user).get(pathOf(subtask)).expect(404);
  });

  it('answers 200 for a task that was created from the same operation before', async () => {
    const user = await app.register();
    const operation = create({ id: NEW_ID, tags: ['a'] });
    const { body } = await batch(user, [operation, operation]).expect(200);
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([201, 200]);
    const again = await batch(user, [operation]).expect(200);
    expect(again.body.results).toEqual([{ status: 200, task: body.results[0].task }]);
    await batch(user, [create({ id: NEW_ID, title: 'x' })]).expect(409);
  });
});

describe('POST /api/v1/tasks/batch, all or none', () => {
  it.each([
    { what: 'an absent task', operation: { op: 'complete', id: ABSENT_ID }, status: 404, code: 'not_found' },
    {
      what: 'an id that is taken',
      operation: create({ id: NEW_ID, title: 'x' }),
      status: 409,
      code: 'conflict',
    },
    {
      what: 'another version',
      operation: { op: 'delete', id: NEW_ID, if_match: '"7"' },
      status: 412,
      code: 'precondition_failed',
    },
  ])(
    'answers $status to $what, names the operation, and changes nothing',
    async ({ operation, status, code }) => {
      const { user, task } = await userWithTask(app, { id: NEW_ID });
      const before = await storedData(app, user);
      const operations = [
        create(),
        { op: 'update', id: task.id, patch: { tags: ['x'] } },
        operation,
        create(),
      ];
      const { body } = await batch(user, operations).expect(status);
      expect(body).toMatchObject({ code, detail: expect.stringMatching(/^operations\[2\]: /) });
      expect(await storedData(app, user)).toBe(before);
    },
  );

  it('answers 422 with pointers into the operation', async () => {
    const { user, task } = await userWithTask(app);
    const patch = { project_id: ABSENT_ID, due: { time: '09:00' } };
    const { body } = await batch(user, [create(), { op: 'update', id: task.id, patch }]).expect(422);
    expect(body.detail).toBe('operations[1]: 2 fields are not valid.');
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/operations/1/patch/due/date',
      '/operations/1/patch/project_id',
    ]);
    const { body: created } = await batch(user, [create({ parent_id: ABSENT_ID })]).expect(422);
    expect(created.errors).toMatchObject([{ pointer: '/operations/0/task/parent_id', code: 'not_found' }]);
  });
});

describe('POST /api/v1/tasks/batch, each for itself', () => {
  it('does what can be done and tells what can not', async () => {
    const { user, task } = await userWithTask(app);
    const response = await batch(
      user,
      [
        { op: 'complete', id: ABSENT_ID },
        { op: 'update', id: task.id, patch: { title: 'x' }, if_match: '"9"' },
        create({ project_id: ABSENT_ID, tags: ['never'] }),
        { op: 'update', id: task.id, patch: { title: 'x' } },
        { op: 'delete', id: task.id },
        { op: 'complete', id: task.id },
        create({ tags: ['here'] }),
      ],
      false,
    ).expect(200);
    const { results } = response.body;
    expect(results.map(({ status }: { status: number }) => status)).toEqual([
      404, 412, 422, 200, 204, 404, 201,
    ]);
    expect(results[0].problem).toEqual({
      type: expect.stringMatching(/\/docs\/problems\/not_found$/),
      title: 'There is no such resource',
      status: 404,
      detail: 'operations[0]: There is no such task.',
      instance: `${TASKS}/batch`,
      code: 'not_found',
      request_id: response.headers['x-request-id'],
    });
    expect(results[1].problem.current).toEqual(task);
    expect(results[2].problem.errors).toMatchObject([{ pointer: '/operations/2/task/project_id' }]);
    const tags = await app.database('tags').where({ user_id: user.id }).pluck('name');
    expect(tags).toEqual(['here']);
    await expectGapless(app, user);
  });

  it('changes nothing when nothing can be done', async () => {
    const { user } = await userWithTask(app);
    const before = await storedData(app, user);
    await batch(user, [{ op: 'delete', id: ABSENT_ID }], false).expect(200);
    expect(await storedData(app, user)).toBe(before);
  });
});

describe('the statements of POST /api/v1/tasks/batch', () => {
  const ownOf = async (work: () => Promise<unknown>): Promise<number> => {
    const statements = await statementsOf(app, work);
    return statements.filter((sql) => !sql.includes('from "sessions"') && !sql.includes('from "users"'))
      .length;
  };

  it('are as many for a hundred operations as for one', async () => {
    const user = await app.register();
    const operations = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        create({ tags: [`tag ${count} ${index}`], due: { date: '2026-11-28' } }),
      );
    expect(await ownOf(() => batch(user, operations(1)).expect(200))).toBe(2);
    expect(await ownOf(() => batch(user, operations(100)).expect(200))).toBe(2);
    const ids: string[] = await app.database('tasks').where({ user_id: user.id }).pluck('id');
    const changes = (some: readonly string[]) =>
      some.flatMap((id, index) => [
        { op: 'update', id, patch: { title: `Task ${index}`, tags: [`other ${index}`] } },
        index % 2 === 0 ? { op: 'complete', id } : { op: 'delete', id },
      ]);
    const few = await ownOf(() => batch(user, changes(ids.slice(0, 2))).expect(200));
    const many = await ownOf(() => batch(user, changes(ids.slice(2, 52))).expect(200));
    expect([few, many]).toEqual([8, 8]);
    await expectGapless(app, user);
  });
});
