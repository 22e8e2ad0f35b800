/** What the README shows of tasks, projects and tags, and creations whose answer does not arrive. */
import { describe, expect, test } from 'vitest';
import { isTaskpactError, type Taskpact } from '../../src/index.ts';
import { useRealServer } from '../support/real-server.ts';
import { failureOf } from '../support/samples.ts';

const server = useRealServer();

describe('tasks', () => {
  test('are in projects, have subtasks and tags, and come back from the trash', async () => {
    const { projects, tasks, tags } = await server.newUser();
    const project = await projects.create({ name: 'Kitchen' });
    const due = { date: '2027-03-01' };
    const tiles = await tasks.create({ title: 'Tiles', project_id: project.id, tags: ['home'], due });
    expect(tiles.due).toEqual({ date: '2027-03-01', time: null, timezone: null });
    const wall = await tasks.create({ title: 'Measure the wall', parent_id: tiles.id });
    expect(wall.project_id).toBe(project.id);
    const [home] = await tags.list({ q: 'ho' }).toArray({ limit: 5 });
    expect(home).toMatchObject({ name: 'home', task_count: 1 });
    expect((await projects.get(project.id)).task_counts).toEqual({ open: 2, completed: 0 });

    await tasks.delete(tiles.id, {}, { ifMatch: tiles });
    expect(await failureOf(tasks.get(wall.id))).toMatchObject({ name: 'NotFoundError' });
    expect((await tasks.list({ deleted: 'only' })).total).toBe(2);
    await tasks.restore(tiles.id);
    expect(await tasks.get(wall.id)).toMatchObject({ deleted_at: null, parent_id: tiles.id });
    const types = (await tasks.history(tiles.id).toArray({ limit: 10 })).map(({ type }) => type);
    expect(types).toEqual(['task.restored', 'task.deleted', 'task.created']);
  });

  test('are changed many at once, all or each by itself', async () => {
    const { tasks } = await server.newUser();
    const { id } = await tasks.create({ title: 'Tiles' });
    const operations = [
      { op: 'update', id, patch: { priority: 'high' } },
      { op: 'create', task: { title: 'Buy grout' } },
      { op: 'complete', id: '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5b' },
    ] as const;
    const error = await failureOf(tasks.batch({ operations: [...operations] }));
    expect(isTaskpactError(error, 'NotFoundError')).toBe(true);
    expect((await tasks.list()).total).toBe(1);
    const { results } = await tasks.batch({ atomic: false, operations: [...operations] });
    expect(results.map(({ status }) => status)).toEqual([200, 201, 404]);
    expect(results[2]?.problem?.code).toBe('not_found');
  });

  test('are listed again only if the list is another one', async () => {
    const { tasks } = await server.newUser();
    await tasks.create({ title: 'Tiles' });
    const list = await tasks.list();
    const again = await tasks.list({}, { ifNoneMatch: list }).withResponse();
    expect([again.response.status, again.data === list]).toEqual([304, true]);
    await tasks.create({ title: 'Buy grout' });
    expect((await tasks.list({}, { ifNoneMatch: list })).total).toBe(2);
  });
});

describe('what is created by a request whose answer gets lost', () => {
  /** Sends the request, and loses the first answer of each kind. */
  const forgetful = () => {
    const lost = new Set<string>();
    return async (url: string, init: RequestInit): Promise<Response> => {
      const answer = await fetch(url, init);
      const path = new URL(url).pathname;
      if (path.includes('/auth/') || init.method !== 'POST' || lost.has(path)) return answer;
      lost.add(path);
      await answer.arrayBuffer();
      throw new TypeError('fetch failed');
    };
  };

  test.each<
    [string, (client: Taskpact) => PromiseLike<unknown>, (client: Taskpact) => PromiseLike<number | null>]
  >([
    ['tasks.create', (c) => c.tasks.create({ title: 'a' }), async (c) => (await c.tasks.list()).total],
    [
      'projects.create',
      (c) => c.projects.create({ name: 'a' }),
      async (c) => (await c.projects.list()).total,
    ],
    ['tags.create', (c) => c.tags.create({ name: 'a' }), async (c) => (await c.tags.list()).total],
    [
      'tasks.batch',
      (c) => c.tasks.batch({ operations: [{ op: 'create', task: { title: 'a' } }] }),
      async (c) => (await c.tasks.list()).total,
    ],
  ])('by %s is there once', async (_name, create, count) => {
    const client = await server.newUser({ fetch: forgetful() });
    await create(client);
    expect(await count(client)).toBe(1);
  });

  test('is answered as it was the first time', async () => {
    const client = await server.newUser({ fetch: forgetful() });
    const { response, attempts, data } = await client.tasks.create({ title: 'a' }).withResponse();
    expect([response.status, attempts, response.headers.get('Idempotency-Replayed')]).toEqual([
      201,
      2,
      'true',
    ]);
    expect(await client.tasks.get(data.id)).toEqual(data);
  });
});
