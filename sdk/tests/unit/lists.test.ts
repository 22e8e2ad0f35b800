import { describe, expect, test } from 'vitest';
import { callList } from '../../src/call.ts';
import type { Task, TaskList } from '../../src/index.ts';
import { type FakeServer, problem, type Reply, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, task } from '../support/samples.ts';
import { caller, ThingsApi } from '../support/things-api.ts';

const ids = (items: readonly Task[]): string[] => items.map(({ id }) => id);
const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${from + i}`);

/** A list of so many tasks, as the server pages it; the ids are numbers from 1. */
async function startList(length: number, instead: Readonly<Record<number, Reply>> = {}): Promise<FakeServer> {
  return startFakeServer(({ url }, index) => {
    const query = new URL(url, 'http://tasks.test').searchParams;
    const size = Number(query.get('size') ?? 20);
    const cursor = query.get('cursor');
    const start = cursor === null ? (Number(query.get('page') ?? 1) - 1) * size : Number(cursor.slice(1));
    const items = numbered(start + 1, Math.min(size, Math.max(0, length - start))).map((id) => ({
      ...task,
      id,
    }));
    const next_cursor = start + size < length ? `c${start + size}` : null;
    const counts =
      cursor === null ? { total: length, page: 1, pages: 1 } : { total: null, page: null, pages: null };
    const page: TaskList = { items, size, next_cursor, ...counts };
    return instead[index] ?? { body: page };
  });
}

describe('a list', () => {
  test('answers a page when it is awaited', async () => {
    const server = await startList(50);
    const page = await loggedIn(server.baseUrl).client.tasks.list({ size: 10, page: 2 });
    expect(ids(page.items)).toEqual(numbered(11, 10));
    expect(page).toMatchObject({ total: 50, size: 10, next_cursor: 'c20' });
  });

  test('goes over all items, page after page', async () => {
    const server = await startList(250);
    const seen: string[] = [];
    for await (const item of loggedIn(server.baseUrl).client.tasks.list({
      status: ['pending'],
      page: 1,
      size: 100,
    })) {
      seen.push(item.id);
    }
    expect(seen).toEqual(numbered(1, 250));
    expect(server.received.map(({ url }) => url)).toEqual([
      '/api/v1/tasks?status=pending&page=1&size=100',
      '/api/v1/tasks?status=pending&cursor=c100&size=100',
      '/api/v1/tasks?status=pending&cursor=c200&size=100',
    ]);
  });

  test('may be empty', async () => {
    const server = await startList(0);
    expect(await loggedIn(server.baseUrl).client.tasks.list().toArray({ limit: 10 })).toEqual([]);
    expect(server.received).toHaveLength(1);
  });

  test('that has no cursors goes from number to number', async () => {
    const server = await startFakeServer(({ url }) => {
      const page = Number(new URL(url, 'http://things.test').searchParams.get('page') ?? 1);
      return { body: { items: [{ id: `${page}` }], page, pages: 3 } };
    });
    const list = callList(caller(server.baseUrl), ThingsApi, 'listThings', {});
    expect((await list.toArray({ limit: 10 })).map(({ id }) => id)).toEqual(['1', '2', '3']);
    const paths = ['/api/v1/things', '/api/v1/things?page=2', '/api/v1/things?page=3'];
    expect(server.received.map(({ url }) => url)).toEqual(paths);
  });

  test('fetches no page that nobody wants', async () => {
    const server = await startList(250);
    const { client } = loggedIn(server.baseUrl);
    for await (const item of client.tasks.list({ size: 10 })) if (item.id === '15') break;
    expect(server.received).toHaveLength(2);
  });

  test('can be walked more than once', async () => {
    const server = await startList(25);
    const list = loggedIn(server.baseUrl).client.tasks.list();
    expect(ids(await list.toArray({ limit: 100 }))).toEqual(numbered(1, 25));
    expect(ids(await list.toArray({ limit: 100 }))).toEqual(numbered(1, 25));
    // The first page is the one that was promised.
    expect(server.received).toHaveLength(3);
  });

  test('gives its pages, and goes on another time from where it was left', async () => {
    const server = await startList(50);
    const { client } = loggedIn(server.baseUrl);
    let kept: string | null = null;
    for await (const page of client.tasks.list({ size: 20 }).pages()) {
      kept = page.next_cursor;
      break;
    }
    expect(kept).toBe('c20');
    const rest = await client.tasks.list({ size: 20, cursor: kept ?? '' }).toArray({ limit: 1000 });
    expect(ids(rest)).toEqual(numbered(21, 30));
  });

  test.each([
    [0, 0, 1],
    [1, 1, 1],
    [20, 20, 1],
    [21, 21, 2],
    [1000, 50, 3],
  ])('as an array with the limit %i has %i items from %i pages', async (limit, length, pages) => {
    const server = await startList(50);
    const items = await loggedIn(server.baseUrl).client.tasks.list().toArray({ limit });
    expect(ids(items)).toEqual(numbered(1, length));
    expect(server.received).toHaveLength(pages);
  });

  test('passes its options on to every page', async () => {
    const server = await startList(50);
    const headers = { 'X-Trace': 'abc' };
    await loggedIn(server.baseUrl).client.tasks.list({}, { headers }).toArray({ limit: 1000 });
    expect(server.received.map((request) => request.headers['x-trace'])).toEqual(['abc', 'abc', 'abc']);
  });

  test('survives a page that can not be had at first', async () => {
    const server = await startList(50, {
      1: { cut: 'before' },
      2: { status: 503, headers: { 'Retry-After': '0' } },
    });
    const items = await loggedIn(server.baseUrl).client.tasks.list().toArray({ limit: 1000 });
    expect(ids(items)).toEqual(numbered(1, 50));
  });

  test('fails where a page fails, after the items before it', async () => {
    const server = await startList(50, { 1: problem(422, 'validation_failed') });
    const seen: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const item of loggedIn(server.baseUrl).client.tasks.list()) seen.push(item.id);
    };
    expect(await failureOf(walk())).toMatchObject({ name: 'ValidationError', operation: 'listTasks' });
    expect(seen).toEqual(numbered(1, 20));
  });

  test('stops between two pages when the signal is aborted', async () => {
    const server = await startList(50);
    const controller = new AbortController();
    const walk = async (): Promise<void> => {
      for await (const item of loggedIn(server.baseUrl).client.tasks.list(
        {},
        { signal: controller.signal },
      )) {
        if (item.id === '20') controller.abort();
      }
    };
    expect(await failureOf(walk())).toMatchObject({ name: 'AbortError' });
    expect(server.received).toHaveLength(1);
  });
});

describe('a promise of the client', () => {
  test('is a promise', async () => {
    const server = await startFakeServer([{ body: task }]);
    const promise = loggedIn(server.baseUrl).client.tasks.get('1');
    expect(promise).toBeInstanceOf(Promise);
    expect(await Promise.all([promise, promise.then(({ title }) => title)])).toEqual([task, 'Buy milk']);
    expect(await promise.finally(() => {})).toEqual(task);
    expect(server.received).toHaveLength(1);
  });

  test('tells what is around the data', async () => {
    const headers = { ETag: '"3"', 'X-Request-Id': 'request-of-the-server' };
    const server = await startFakeServer([{ body: task, headers }]);
    const result = await loggedIn(server.baseUrl).client.tasks.get('1').withResponse();
    expect(result).toMatchObject({
      data: task,
      etag: '"3"',
      requestId: 'request-of-the-server',
      attempts: 1,
    });
    expect(result.response.status).toBe(200);
    expect(result.response.headers.get('etag')).toBe('"3"');
  });

  test('that is rejected counts as handled when only its response is asked for', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const server = await startFakeServer([problem(404, 'not_found')]);
    const { client } = loggedIn(server.baseUrl);
    await failureOf(client.tasks.get('1').withResponse());
    await failureOf(client.tasks.get('1'));
    expect(await client.tasks.get('1').catch(() => 'caught')).toBe('caught');
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('is never thrown instead of rejected', async () => {
    const { client } = loggedIn('http://127.0.0.1:1');
    // @ts-expect-error an id is needed
    expect(await failureOf(client.tasks.get())).toBeInstanceOf(Error);
    for (const id of ['', '.', '..']) expect(await failureOf(client.tasks.get(id))).toBeInstanceOf(TypeError);
  });
});
