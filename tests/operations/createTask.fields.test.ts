import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, createTag } from '../setup/group-scenes.ts';
import { ABSENT_ID } from '../setup/requests.ts';
import { createTask, eventsOf } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { expectGapless, getTask, happenings, patchTask, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const create = (user: TestUser, body: object) =>
  app
    .as(user)
    .post(TASKS)
    .send({ title: 'Buy milk', ...body });
const ID = '0199f3a0-0000-7000-8000-00000000000a';

describe('POST /api/v1/tasks with an id', () => {
  it('answers 201 with that id, then 200 with the task as it is now', async () => {
    const user = await app.register();
    const body = { id: ID, due: { date: '2026-11-28' }, tags: ['home', 'Errands'], priority: 'low' };
    const { body: task } = await create(user, body).expect(201);
    expect(task.id).toBe(ID);
    const again = await create(user, { ...body, id: ID.toUpperCase() }).expect(200);
    expect(again.body).toEqual(task);
    expect(again.headers.location).toBe(`${TASKS}/${ID}`);
    const changed = await patchTask(app, user, task, { title: 'Buy oat milk', tags: [] });
    const later = await create(user, body).expect(200);
    expect(later.body).toEqual(changed);
    expect(later.headers.etag).toBe('"2"');
    await expectGapless(app, user);
  });

  it.each([
    { title: 'Buy bread' },
    { priority: 'high' },
    { due: null },
    { tags: ['home', 'x'] },
    { tags: [] },
  ])('answers 409 when it belongs to a task that began otherwise: %j', async (other) => {
    const user = await app.register();
    const body = { id: ID, due: { date: '2026-11-28' }, tags: ['home'] };
    const { body: task } = await create(user, body).expect(201);
    const response = await create(user, { ...body, ...other }).expect(409);
    expect(response.body.code).toBe('conflict');
    expect(await getTask(app, user, task)).toEqual(task);
  });

  it('answers 409 when it belongs to a task in the trash', async () => {
    const user = await app.register();
    const { body: task } = await create(user, { id: ID }).expect(201);
    await app.as(user).delete(pathOf(task)).expect(204);
    await create(user, { id: ID }).expect(409);
  });

  it('takes the id of somebody else for a new one', async () => {
    const [user, other] = [await app.register(), await app.register()];
    await create(user, { id: ID }).expect(201);
    await create(other, { id: ID }).expect(201);
  });

  it('makes one task of ten simultaneous requests', async () => {
    const user = await app.register();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create(user, { id: ID, tags: ['a'] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(await happenings(app, user)).toEqual([
      ['tag.created', expect.any(String)],
      ['task.created', ID],
    ]);
  });
});

describe('POST /api/v1/tasks with a project', () => {
  it('puts the task there', async () => {
    const user = await app.register();
    const project = await createProject(app, user);
    const { body } = await create(user, { project_id: project.id.toUpperCase() }).expect(201);
    expect(body.project_id).toBe(project.id);
  });

  it.each([{}, { tags: ['x'] }])(
    'answers 422 to one of somebody else, in the trash, or none at all: %j',
    async (more) => {
      const [user, other] = [await app.register(), await app.register()];
      const foreign = await createProject(app, other);
      const trashed = await createProject(app, user);
      await app.as(user).delete(`/api/v1/projects/${trashed.id}`).expect(204);
      const before = await eventsOf(app, user);
      for (const project_id of [foreign.id, trashed.id, ABSENT_ID]) {
        const { body } = await create(user, { project_id, ...more }).expect(422);
        expect(body.errors).toEqual([
          { pointer: '/project_id', code: 'not_found', message: 'is not a project of yours' },
        ]);
      }
      expect(await eventsOf(app, user)).toEqual(before);
    },
  );

  it('leaves no live task in a project that is deleted meanwhile', async () => {
    const user = await app.register();
    const project = await createProject(app, user);
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => create(user, { project_id: project.id })),
      app.as(user).delete(`/api/v1/projects/${project.id}`),
      ...Array.from({ length: 10 }, () => create(user, { project_id: project.id })),
    ]);
    expect(answers.filter(({ status }) => ![201, 204, 422].includes(status))).toEqual([]);
    expect(await app.database('tasks').where({ user_id: user.id, project_id: project.id })).toEqual([]);
    await expectGapless(app, user);
  });
});

describe('POST /api/v1/tasks with a parent', () => {
  it('makes a subtask in the project of the parent, whether that is named or not', async () => {
    const user = await app.register();
    const project = await createProject(app, user);
    const parent = await createTask(app, user, { project_id: project.id });
    for (const project_id of [undefined, null, project.id]) {
      const { body } = await create(user, { parent_id: parent.id.toUpperCase(), project_id }).expect(201);
      expect(body).toMatchObject({ parent_id: parent.id, project_id: project.id });
    }
  });

  it('answers 422 to a parent that is not there, is a subtask, or is in another project', async () => {
    const [user, other] = [await app.register(), await app.register()];
    const project = await createProject(app, user);
    const [parent, foreign, trashed] = [
      await createTask(app, user),
      await createTask(app, other),
      await createTask(app, user),
    ];
    const subtask = await createTask(app, user, { parent_id: parent.id });
    await app.as(user).delete(pathOf(trashed)).expect(204);
    const faultsOf = async (body: object) => {
      const { errors } = (await create(user, body).expect(422)).body;
      return errors.map(({ pointer, code }: Record<string, string>) => [pointer, code]);
    };
    for (const parent_id of [foreign.id, trashed.id, ABSENT_ID]) {
      expect(await faultsOf({ parent_id })).toEqual([['/parent_id', 'not_found']]);
    }
    expect(await faultsOf({ parent_id: subtask.id })).toEqual([['/parent_id', 'not_allowed']]);
    expect(await faultsOf({ parent_id: parent.id, project_id: project.id })).toEqual([
      ['/project_id', 'not_allowed'],
    ]);
    expect(await faultsOf({ parent_id: ABSENT_ID, due: { date: '2026-11-28', timezone: 'UTC' } })).toEqual([
      ['/due/timezone', 'not_allowed'],
      ['/parent_id', 'not_found'],
    ]);
  });

  it('leaves no live subtask below a task that is deleted, or made a subtask, meanwhile', async () => {
    const user = await app.register();
    const [parent, other, goal] = [
      await createTask(app, user),
      await createTask(app, user),
      await createTask(app, user),
    ];
    const subtasks = [parent, other].flatMap(({ id }) =>
      Array.from({ length: 8 }, () => create(user, { parent_id: id })),
    );
    const answers = await Promise.all([
      ...subtasks.slice(0, 12),
      app.as(user).delete(pathOf(parent)),
      app.as(user).patch(pathOf(other)).send({ parent_id: goal.id }),
      ...subtasks.slice(12),
    ]);
    expect(answers.filter(({ status }) => ![200, 201, 204, 422].includes(status))).toEqual([]);
    const rows = await app.database('tasks').where({ user_id: user.id });
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const row of rows.filter(({ parent_id, deleted_at }) => parent_id !== null && deleted_at === null)) {
      expect(byId.get(row.parent_id)).toMatchObject({ parent_id: null, deleted_at: null });
    }
    await expectGapless(app, user);
  });
});

describe('POST /api/v1/tasks with a due date', () => {
  it.each([
    { due: { date: '2026-11-28' }, due_at: '2026-11-29T04:59:59.999Z' },
    { due: { date: '2026-11-28', time: '18:00' }, due_at: '2026-11-28T23:00:00.000Z' },
    {
      due: { date: '2026-11-28', time: '18:00', timezone: 'Asia/Tokyo' },
      due_at: '2026-11-28T09:00:00.000Z',
    },
  ])('answers its instant: $due', async ({ due, due_at }) => {
    const user = await app.register({ timezone: 'America/New_York' });
    const { body } = await create(user, { due }).expect(201);
    expect(body).toMatchObject({ due: { time: null, timezone: null, ...due }, due_at });
    expect(await getTask(app, user, body)).toEqual(body);
  });

  it.each([
    { due: { time: '18:00' }, pointer: '/due/date', code: 'required' },
    { due: { date: '2026-02-30' }, pointer: '/due/date', code: 'format' },
    { due: { date: '0000-01-01' }, pointer: '/due/date', code: 'pattern' },
    { due: { date: '2026-11-28', time: '24:00' }, pointer: '/due/time', code: 'pattern' },
    { due: { date: '2026-11-28', timezone: 'UTC' }, pointer: '/due/timezone', code: 'not_allowed' },
    {
      due: { date: '2026-11-28', time: '18:00', timezone: 'Mars/Phobos' },
      pointer: '/due/timezone',
      code: 'format',
    },
    {
      due: { date: '2026-11-28', time: '18:00', timezone: '+01:00' },
      pointer: '/due/timezone',
      code: 'pattern',
    },
  ])('answers 422 with $code for $pointer to $due', async ({ due, pointer, code }) => {
    const { body } = await create(await app.register(), { due }).expect(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });
});

describe('POST /api/v1/tasks with tags', () => {
  it('puts those that are there on the task, and creates the others', async () => {
    const user = await app.register();
    const errands = await createTag(app, user, { name: 'Errands' });
    const { body } = await create(user, { tags: ['home', 'ERRANDS', 'Café', 'Home'] }).expect(201);
    expect(body.tags).toEqual(['Café', 'Errands', 'home']);
    expect(await getTask(app, user, body)).toEqual(body);
    const [, ...events] = await eventsOf(app, user);
    expect(events.map(({ type, after }) => [type, after.name])).toEqual([
      ['tag.created', 'Café'],
      ['tag.created', 'home'],
      ['task.created', undefined],
    ]);
    const read = await app.as(user).get(`/api/v1/tags/${errands.id}`).expect(200);
    expect(read.body).toMatchObject({ version: 1, task_count: 1 });
  });

  it('answers 422 to more than twenty, to one that is too long, and to blanks around one', async () => {
    const user = await app.register();
    const many = Array.from({ length: 21 }, (_, index) => `tag ${index}`);
    for (const tags of [many, ['x'.repeat(51)], [' x'], [''], ['x', 'x']])
      await create(user, { tags }).expect(422);
    expect(await app.database('tags').where({ user_id: user.id })).toEqual([]);
  });

  it('creates each once when many tasks ask for them at once', async () => {
    const user = await app.register();
    const tags = Array.from({ length: 5 }, (_, index) => `tag ${index}`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create(user, { tags: [...tags.slice(index % 5), ...tags.slice(0, index % 5)] }),
      ),
    );
    for (const { status, body } of answers) expect([status, body.tags]).toEqual([201, tags]);
    const links = await app.database('task_tags').where({ user_id: user.id });
    expect(links).toHaveLength(100);
    await expectGapless(app, user);
  });
});

describe('the statements of POST /api/v1/tasks', () => {
  it.each([
    { what: 'nothing else', body: {}, count: 1 },
    {
      what: 'a due date in a zone',
      body: { due: { date: '2026-11-28', time: '09:00', timezone: 'UTC' } },
      count: 1,
    },
    { what: 'an id', body: { id: ABSENT_ID }, count: 1 },
    { what: 'tags', body: { tags: ['a', 'b'] }, count: 2 },
    { what: 'tags and a day', body: { tags: ['a', 'b'], due: { date: '2026-11-28' } }, count: 2 },
  ])('are $count for a task with $what', async ({ body, count }) => {
    const user = await app.register();
    const project = await createProject(app, user);
    const statements = await statementsOf(app, () =>
      create(user, { ...body, project_id: project.id }).expect(201),
    );
    const own = statements.filter((sql) => !sql.includes('from "sessions"') && !sql.includes('from "users"'));
    expect(own, own.join('\n')).toHaveLength(count);
  });
});
