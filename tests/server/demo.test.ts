/** `npm run demo`: the year that it makes, through the SDK on a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillAccount } from '../../scripts/demo/fill.ts';
import { type Task, Taskpact, type TaskpactOptions } from '../../sdk/src/index.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.destroy());

const TODAY = new Date().toISOString().slice(0, 10);

async function account(options: Partial<TaskpactOptions> = {}): Promise<Taskpact> {
  const client = new Taskpact({ baseUrl: server.origin, retries: 20, deadline: 200_000, ...options });
  const email = `demo-${crypto.randomUUID()}@example.com`;
  await client.auth.register({ email, password: 'a believable year of tasks', timezone: 'Europe/Vienna' });
  return client;
}

async function tasksOf(client: Taskpact): Promise<Task[]> {
  const tasks: Task[] = [];
  for await (const task of client.tasks.list({ size: 100, sort: ['position'] })) tasks.push(task);
  return tasks;
}
/** Refuses each twentieth request, as a server does that is asked too often. @param waits milliseconds until it came again */
function tooOften(waits: number[]): typeof fetch {
  let requests = 0;
  let refused: number | undefined;
  return async (...request) => {
    if (refused !== undefined) waits.push(Date.now() - refused);
    refused = undefined;
    requests += 1;
    if (requests % 20 !== 0) return fetch(...request);
    refused = Date.now();
    return new Response(null, { status: 429, headers: { 'Retry-After': '1' } });
  };
}

const story = (tasks: readonly Task[]): unknown[] =>
  tasks.map(({ id, title, status, priority, due, tags, parent_id }) => [
    ...[id, title, status, priority, due, tags, parent_id],
  ]);

describe('the demo', () => {
  it('makes a believable year, however often it is told to wait', async () => {
    const waits: number[] = [];
    const client = await account({ fetch: tooOften(waits) });
    const counts = await fillAccount(client, 7, TODAY);
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(990);
    const tasks = await tasksOf(client);
    expect(tasks).toHaveLength(counts.tasks);
    expect(counts.tasks).toBeGreaterThan(400);
    expect(tasks.filter(({ status }) => status === 'completed')).toHaveLength(counts.completed);
    expect(counts.completed / counts.tasks).toBeGreaterThan(0.7);

    const { items: projects } = await client.projects.list();
    expect(projects.filter(({ archived }) => archived).map(({ name }) => name)).toEqual([
      'Move to the new flat',
    ]);
    expect(projects.every(({ task_counts }) => task_counts.open + task_counts.completed > 0)).toBe(true);
    const { items: tags } = await client.tags.list();
    expect(tags.map(({ task_count }) => task_count > 0)).toEqual(Array(counts.tags).fill(true));

    const dues = tasks.flatMap(({ due }) => (due === null ? [] : [due]));
    expect(new Set(dues.map(({ time, timezone }) => [time !== null, timezone !== null].join())).size).toBe(3);
    const weeks = new Set(dues.map(({ date }) => Math.floor((Date.parse(date) / 86_400_000 + 3) / 7)));
    expect(weeks.size).toBe(55);
    expect(tasks.some(({ parent_id }) => parent_id !== null)).toBe(true);
    expect(new Set(tasks.map(({ status }) => status)).size).toBeGreaterThanOrEqual(3);

    await expect(fillAccount(client, 7, TODAY)).rejects.toThrow('has tasks already');
  }, 240_000);
});

it('makes the same year of the same seed, and another of another', async () => {
  const years = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const client = await account();
      await fillAccount(client, seed, TODAY);
      return story(await tasksOf(client));
    }),
  );
  expect(years[1]).toEqual(years[0]);
  expect(years[2]).not.toEqual(years[0]);
}, 240_000);
