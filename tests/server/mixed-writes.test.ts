import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaskRow } from '../../src/db/tables.ts';
import { createProject, createTag } from '../setup/group-scenes.ts';
import { createTask } from '../setup/scenes.ts';
import { expectGapless, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

/** Every kind of write to one account at once, again and again. */

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ DATABASE_POOL_MAX: '20' });
});
afterAll(() => app.close());

const ROUNDS = 4;
const AT_ONCE = 45;
const NAMES = ['a', 'A', 'b', 'B', 'c', 'd'];

function any<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}

async function writesOf(user: TestUser) {
  const me = app.as(user);
  const projects = await Promise.all([1, 2, 3].map(() => createProject(app, user)));
  const tags = await Promise.all(['a', 'b', 'c'].map((name) => createTag(app, user, { name })));
  const tasks = await Promise.all(
    Array.from({ length: 12 }, () => createTask(app, user, { tags: ['a'], project_id: any(projects).id })),
  );
  const task = () => any(tasks).id;
  const path = () => pathOf(any(tasks));
  const project = () => any(projects).id;
  const operation = () =>
    any<object>([
      { op: 'update', id: task(), patch: { title: String(Math.random()), project_id: project() } },
      { op: 'update', id: task(), patch: { tags: [any(NAMES)], due: { date: '2026-11-28' } } },
      { op: 'create', task: { title: 'x', tags: [any(NAMES)] } },
      { op: 'delete', id: task() },
    ]);
  return [
    () => me.post(TASKS).send({ title: 'x', tags: [any(NAMES)], project_id: project() }),
    () => me.post(TASKS).send({ title: 'x', parent_id: task() }),
    () => me.post(TASKS).send({ title: 'x', due: { date: '2026-11-28' } }),
    () =>
      me
        .post(TASKS)
        .set('Idempotency-Key', String(Math.random()))
        .send({ title: 'x', tags: NAMES.slice(3) }),
    () => me.patch(path()).send({ title: String(Math.random()), tags: [any(NAMES)] }),
    () => me.patch(path()).send({ project_id: any([null, project()]) }),
    () => me.patch(path()).send({ parent_id: any([null, task()]) }),
    () => me.post(`${path()}/move`).send({ after: task() }),
    () => me.post(`${path()}/restore`),
    () => me.delete(path()),
    () => me.post(`${TASKS}/batch`).send({ atomic: false, operations: Array.from({ length: 6 }, operation) }),
    () => me.delete(`/api/v1/projects/${project()}`).query({ tasks: any(['keep', 'delete']) }),
    () => me.post(`/api/v1/projects/${project()}/restore`),
    () => me.patch(`/api/v1/tags/${any(tags).id}`).send({ name: any(NAMES) }),
    () => me.patch('/api/v1/me').send({ timezone: any(['UTC', 'Asia/Tokyo']) }),
  ];
}

it('writes of every kind at once part nothing that belongs together', async () => {
  const user = await app.register();
  const writes = await writesOf(user);
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => (writes[index % writes.length] as (typeof writes)[0])()),
    );
    // A busy machine may be out of connections for a moment.
    expect(answers.filter(({ status }) => status === 500).map(({ body }) => body)).toEqual([]);
  }
  await expectGapless(app, user);
  const rows = new Map(
    (await app.database<TaskRow>('tasks').where({ user_id: user.id })).map((row) => [row.id, row]),
  );
  const projects = await app
    .database('projects')
    .where({ user_id: user.id })
    .whereNull('deleted_at')
    .pluck('id');
  for (const { parent_id, project_id, deleted_at } of rows.values()) {
    if (deleted_at !== null) continue;
    if (project_id !== null) expect(projects).toContain(project_id);
    if (parent_id === null) continue;
    expect(rows.get(parent_id)).toMatchObject({ parent_id: null, project_id, deleted_at: null });
  }
  const floating = await app
    .database('tasks')
    .where({ user_id: user.id })
    .whereNotNull('due_at')
    .distinct('due_at');
  expect(floating).toHaveLength(1);
});
