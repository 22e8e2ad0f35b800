import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveTasks, populate } from '../setup/many-tasks.ts';
import { nodesOf, plansOf } from '../setup/plans.ts';
import { sentBy } from '../setup/statements.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

/**
 * How PostgreSQL finds what the server asks for, on tables that are large enough for it to matter: 100 users with 300
 * tasks, one with 20,000, and many with none.
 */

let app: TestApp;
let client: pg.Client;
const users: Partial<Record<'small' | 'large', TestUser>> = {};
beforeAll(async () => {
  app = await createTestApp();
  client = new pg.Client(app.config.database.url);
  await client.connect();
  await populate(app.database, { users: 100, tasksEach: 300, idle: 5_000 });
  for (const [name, tasks] of [
    ['small', 300],
    ['large', 20_000],
  ] as const) {
    const user = await app.register();
    await giveTasks(app.database, [user.id], tasks);
    users[name] = user;
  }
  await client.query('vacuum analyze');
}, 300_000);
afterAll(async () => {
  await client.end();
  await app.close();
});

/** Indexes that hold all tasks of a user, or all that are not in the trash: for going through all of them. */
const ALL = ['newest', 'updated', 'words', 'due', 'status', 'position', 'pkey'];

interface Case {
  readonly what: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Goes on from the first page. */
  readonly byCursor?: true;
  /** Indexes of tasks that the page may be found with, and those for the total. */
  readonly rows: readonly string[];
  readonly count?: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'the first page', rows: ['newest'], count: ALL },
  { what: 'a page by cursor', byCursor: true, rows: ['newest'] },
  { what: 'one status', query: { status: 'pending' }, rows: ['status'], count: ['status'] },
  { what: 'one status by cursor', query: { status: 'pending' }, byCursor: true, rows: ['status'] },
  {
    what: 'open tasks',
    query: { status: ['pending', 'in_progress'] },
    rows: ['status', 'newest'],
    count: ['status'],
  },
  { what: 'a project', query: { project_id: 'own' }, rows: ['project', 'newest'], count: ['project'] },
  {
    what: 'one status of a project',
    query: { project_id: 'own', status: 'pending' },
    rows: ['project', 'status'],
    count: ['project'],
  },
  { what: 'no project', query: { project_id: 'none' }, rows: ['newest'], count: ALL },
  { what: 'subtasks', query: { parent_id: 'own' }, rows: ['parent'], count: ['parent'] },
  { what: 'a tag', query: { tag: 'tag 1' }, rows: ['newest', 'pkey'], count: ALL },
  {
    what: 'all of some tags',
    query: { tag: ['tag 1', 'tag 4'], tag_match: 'all' },
    rows: ['newest', 'pkey'],
    count: ALL,
  },
  { what: 'rare words', query: { q: 'number 123' }, rows: ['words'], count: ['words'] },
  { what: 'a frequent word', query: { q: 'word7' }, rows: ['words', 'newest'], count: ['words'] },
  {
    what: 'overdue tasks',
    query: { due: 'overdue', sort: 'due_at' },
    rows: ['due'],
    count: ['due', 'status'],
  },
  {
    what: 'tasks that are due today',
    query: { due: 'today', sort: 'due_at' },
    rows: ['due'],
    count: ['due'],
  },
  { what: 'by due date', query: { sort: 'due_at' }, rows: ['due'], count: ALL },
  { what: 'by due date and cursor', query: { sort: 'due_at' }, byCursor: true, rows: ['due'] },
  { what: 'in the manual order', query: { sort: 'position' }, rows: ['position'], count: ALL },
  { what: 'in the manual order by cursor', query: { sort: 'position' }, byCursor: true, rows: ['position'] },
  { what: 'what changed last', query: { sort: '-updated_at' }, rows: ['updated'], count: ALL },
  {
    what: 'what a copy lacks',
    query: { updated_since: '2999-01-01T00:00:00Z', deleted: 'include', sort: 'updated_at' },
    rows: ['updated'],
    count: ['updated'],
  },
  { what: 'an order without an index', query: { sort: '-priority,title' }, rows: ALL, count: ALL },
  { what: 'one task', path: '/{task_id}', rows: ['pkey'] },
  { what: 'the history of a task', path: '/{task_id}/history', rows: ['pkey'] },
  { what: 'the statistics', path: '/stats', rows: ALL },
];

describe.each(['small', 'large'] as const)('an account with few or many tasks: %s,', (size) => {
  it.each(CASES)('$what', async ({ path = '', query = {}, byCursor = false, rows, count = rows }) => {
    const user = users[size] as TestUser;
    const own = { user_id: user.id, deleted_at: null };
    const [task, project] = [
      await app.database('tasks').where(own).first('id'),
      await app.database('projects').where(own).first('id'),
    ];
    const url = `/api/v1/tasks${path.replace('{task_id}', task.id)}`;
    const named = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [
        name,
        value === 'own' ? (name === 'project_id' ? project.id : task.id) : value,
      ]),
    );
    const ask = (more: object = {}) =>
      app
        .as(user)
        .get(url)
        .query({ ...named, ...more })
        .expect(200);
    const position = byCursor ? { cursor: (await ask({ size: 50 })).body.next_cursor } : {};
    const sent = await sentBy(app, () => ask(position));
    const about = sent.filter(({ sql }) => /\bfrom "?(tasks|events)\b/.test(sql));
    expect(about.length).toBeGreaterThan(0);
    for (const statement of about) {
      const allowed = (statement.sql.includes('count(*)') ? count : rows).map((name) => `tasks_${name}`);
      for (const plan of await plansOf(client, statement)) {
        const nodes = [...nodesOf(plan)];
        const text = `${statement.sql}\n${JSON.stringify(plan, null, 1)}`;
        const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
        expect(whole, text).toEqual([]);
        const used = nodes.flatMap(({ 'Index Name': index }) => (index?.startsWith('tasks_') ? [index] : []));
        const expected = used.filter((index) => allowed.includes(index.replace(/_idx$/, '')));
        expect(used, text).toEqual(expected);
      }
    }
  });
});

it('every index of tasks serves one of these, or a constraint, or the purge of the trash', async () => {
  const { rows } = await client.query(`select indexname from pg_indexes where tablename = 'tasks'`);
  const served = new Set(CASES.flatMap((one) => [...one.rows, ...(one.count ?? [])]));
  const others = rows
    .map(({ indexname }) => indexname.replace(/^tasks_|_idx$/g, ''))
    .filter((name) => !served.has(name));
  expect(others).toEqual(['trash']);
});
