import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveTasks, populate } from '../setup/many-tasks.ts';
import { nodesOf, type PlanNode, plansOf } from '../setup/plans.ts';
import { createTask } from '../setup/scenes.ts';
import { sentBy } from '../setup/statements.ts';
import { pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

/** Whatever an account holds, a write goes to its rows by an index: no statement passes through all of a user's tasks. */

let app: TestApp;
let client: pg.Client;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  client = new pg.Client(app.config.database.url);
  await client.connect();
  // Most accounts are small, which is what plans for any values are made for.
  await populate(app.database, { users: 100, tasksEach: 20, idle: 1_000 });
  user = await app.register();
  await giveTasks(app.database, [user.id], 20_000);
  await client.query('vacuum analyze');
}, 300_000);
afterAll(async () => {
  await client.end();
  await app.close();
});

/** How rows of tasks and their tags are found, apart from what inserts and updates do to them. */
function accessesOf(plan: PlanNode): PlanNode[] {
  return [...nodesOf(plan)].filter(({ 'Node Type': type, 'Relation Name': relation, 'Index Name': index }) =>
    type === 'Seq Scan'
      ? relation === 'tasks' || relation === 'task_tags'
      : /^task(s|_tags)_/.test(index ?? ''),
  );
}

describe('a write to an account with many tasks', () => {
  it.each([
    { what: 'a new task', send: () => create({ tags: ['tag 1', 'new'], due: { date: '2026-11-28' } }) },
    { what: 'a new subtask', send: async () => create({ parent_id: (await createTask(app, user)).id }) },
    { what: 'a patch', send: async () => patch({ title: 'x' }) },
    { what: 'other tags', send: async () => patch({ tags: ['tag 1', 'tag 2'] }) },
    { what: 'another project', send: async () => patch({ project_id: null }) },
    {
      what: 'a task that goes into the trash',
      send: async () =>
        app
          .as(user)
          .delete(await newPath())
          .expect(204),
    },
    {
      what: 'a batch',
      send: async () => {
        const ids = [await createTask(app, user), await createTask(app, user)].map(({ id }) => id);
        const operations = ids.map((id) => ({ op: 'update', id, patch: { tags: ['tag 1'] } }));
        await app.as(user).post(`${TASKS}/batch`).send({ operations }).expect(200);
      },
    },
    {
      what: 'a move',
      send: async () =>
        app
          .as(user)
          .post(`${await newPath()}/move`)
          .send({ after: null })
          .expect(200),
    },
  ])('$what', async ({ send }) => {
    const sent = await sentBy(app, send);
    const about = sent.filter(({ sql }) => /\btask(s|_tags)\b/.test(sql));
    expect(about.length).toBeGreaterThan(0);
    for (const statement of about) {
      for (const plan of await plansOf(client, statement)) {
        for (const access of accessesOf(plan)) {
          const text = `${statement.sql}\n${JSON.stringify(plan, null, 1)}`;
          expect(access['Node Type'], text).not.toBe('Seq Scan');
          // The manual order is walked from its end, and stops at the first row.
          const isNarrow = /\b(id|task_id|tag_id|parent_id)\b.*=/.test(
            (access['Index Cond'] ?? '').replaceAll('user_id', ''),
          );
          expect(isNarrow || access['Index Name'] === 'tasks_position_idx', text).toBe(true);
        }
      }
    }
  });
});

async function newPath(): Promise<string> {
  return pathOf(await createTask(app, user, { tags: ['tag 3'] }));
}

async function create(body: object): Promise<void> {
  await app
    .as(user)
    .post(TASKS)
    .send({ title: 'x', ...body })
    .expect(201);
}

async function patch(body: object): Promise<void> {
  await app
    .as(user)
    .patch(await newPath())
    .send(body)
    .expect(200);
}
