import { describe, expect, test } from 'vitest';
import { type Middleware, Taskpact, TaskStatus } from '../../src/index.ts';
import { startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task, user } from '../support/samples.ts';

describe('a request', () => {
  test('says what the contract wants to hear, and nothing else', async () => {
    const server = await startFakeServer([{ status: 201, body: task }]);
    await loggedIn(server.baseUrl).client.tasks.create({ title: 'Buy milk', priority: 'high' });
    const [request] = server.received;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/api/v1/tasks',
      body: '{"title":"Buy milk","priority":"high"}',
      headers: {
        accept: 'application/json',
        authorization: 'Bearer access-1',
        'content-type': 'application/json',
        'x-request-id': expect.stringMatching(/^[0-9a-f]{32}-1$/),
      },
    });
  });

  test('tells null, which clears, from nothing, which keeps', async () => {
    const server = await startFakeServer([{ body: user }]);
    const { client } = loggedIn(server.baseUrl);
    await client.tasks.update(TASK_ID, { description: null });
    await client.tasks.update(TASK_ID, {});
    await client.me.update({ name: null, timezone: 'Europe/Berlin' });
    expect(server.received.map(({ body }) => body)).toEqual([
      '{"description":null}',
      '{}',
      '{"name":null,"timezone":"Europe/Berlin"}',
    ]);
    // @ts-expect-error a title can't be cleared
    client.tasks.update(TASK_ID, { title: null }).catch(() => {});
  });

  test('escapes what it is given', async () => {
    const server = await startFakeServer([{ body: task }]);
    const { client } = loggedIn(server.baseUrl);
    await client.tasks.get('a/b?c=d#e%2f ü');
    await client.tasks.list({ cursor: 'a&b=c', status: ['pending', 'completed'] });
    expect(server.received.map(({ url }) => url)).toEqual([
      '/api/v1/tasks/a%2Fb%3Fc%3Dd%23e%252f%20%C3%BC',
      '/api/v1/tasks?status=pending&status=completed&cursor=a%26b%3Dc',
    ]);
  });

  test.each(['', '.', '..'])('to the id %j would be one to something else, and is not made', async (id) => {
    const server = await startFakeServer([{ status: 204 }]);
    expect(await failureOf(loggedIn(server.baseUrl).client.tasks.delete(id))).toBeInstanceOf(TypeError);
    expect(server.received).toHaveLength(0);
  });

  test.each([202, 204])('may be answered with a %i that says nothing', async (status) => {
    const server = await startFakeServer([{ status, body: '' }]);
    expect(await loggedIn(server.baseUrl).client.tasks.delete(TASK_ID)).toBeUndefined();
  });

  test('has the headers of the client and of the call; the latter win', async () => {
    const server = await startFakeServer([{ body: task }]);
    const { client } = loggedIn(server.baseUrl, { headers: { 'X-Tenant': 'a', 'X-App': 'b' } });
    await client.tasks.get(TASK_ID, { headers: { 'x-tenant': 'c', 'X-Request-Id': 'mine-1234' } });
    expect(server.received[0]?.headers).toMatchObject({
      'x-tenant': 'c',
      'x-app': 'b',
      'x-request-id': 'mine-1234',
    });
  });
});

describe('baseUrl', () => {
  test.each(['', '/', '//'])('may end in %j', async (end) => {
    const server = await startFakeServer([{ body: { status: 'ok' } }]);
    await new Taskpact({ baseUrl: `${server.baseUrl}${end}` }).health.live();
    expect(server.received[0]?.url).toBe('/health/live');
  });

  test('may have a path', async () => {
    const server = await startFakeServer([{ body: { status: 'ok' } }]);
    await new Taskpact({ baseUrl: `${server.baseUrl}/backend/` }).health.live();
    expect(server.received[0]?.url).toBe('/backend/health/live');
  });

  test.each([
    '',
    'tasks.test',
    '/backend',
    'ftp://tasks.test',
    'http://ada:secret@tasks.test',
    'http://a.test/?x=1',
  ])('may not be %j here', (baseUrl) => {
    expect(() => new Taskpact({ baseUrl })).toThrow(TypeError);
  });
});

describe('a newer server', () => {
  test('may send values and fields that this client has not heard of', async () => {
    const later = { ...task, status: 'delegated', delegate: { name: 'Charles' } };
    const server = await startFakeServer([{ body: { items: [later], size: 20, next_cursor: null, sum: 1 } }]);
    const page = await loggedIn(server.baseUrl).client.tasks.list();
    expect(page.items).toEqual([later]);
    expect(Object.values<string>(TaskStatus)).not.toContain(page.items[0]?.status);
  });
});

describe('middleware', () => {
  const traced = (name: string, trace: string[]): Middleware => {
    return async (request, next) => {
      trace.push(`${name} > ${request.operation} ${request.attempt}`);
      const response = await next(request);
      trace.push(`${name} < ${response.status}`);
      return response;
    };
  };

  test('wraps every attempt like an onion', async () => {
    const trace: string[] = [];
    const middleware = [traced('outer', trace), traced('inner', trace)];
    const server = await startFakeServer([{ status: 503, headers: { 'Retry-After': '0' } }, { body: task }]);
    await loggedIn(server.baseUrl, { middleware }).client.tasks.get(TASK_ID);
    expect(trace).toEqual([
      'outer > getTask 1',
      'inner > getTask 1',
      'inner < 503',
      'outer < 503',
      'outer > getTask 2',
      'inner > getTask 2',
      'inner < 200',
      'outer < 200',
    ]);
  });

  test('may change the request and the answer', async () => {
    const middleware: Middleware[] = [
      async (request, next) => {
        request.headers.set('X-Signature', `${request.method} ${request.body}`);
        const response = await next({ ...request, url: `${request.url}?trace=1` });
        return new Response(JSON.stringify({ ...(await response.json()), title: 'changed' }), response);
      },
    ];
    const server = await startFakeServer([{ body: task }]);
    const changed = await loggedIn(server.baseUrl, { middleware }).client.tasks.update(TASK_ID, {
      title: 'a',
    });
    expect(changed.title).toBe('changed');
    expect(server.received[0]).toMatchObject({
      url: `/api/v1/tasks/${TASK_ID}?trace=1`,
      headers: { 'x-signature': 'PATCH {"title":"a"}' },
    });
  });

  test('may answer by itself', async () => {
    const middleware: Middleware[] = [async () => Response.json(task)];
    expect(await loggedIn('http://127.0.0.1:1', { middleware }).client.tasks.get(TASK_ID)).toEqual(task);
  });

  test('sees a connection that fails, and may rescue it', async () => {
    const seen: unknown[] = [];
    const middleware: Middleware[] = [
      (request, next) =>
        next(request).catch((error: unknown) => {
          seen.push(error);
          return Response.json(task);
        }),
    ];
    expect(await loggedIn('http://127.0.0.1:1', { middleware }).client.tasks.get(TASK_ID)).toEqual(task);
    expect(seen).toMatchObject([{ name: 'ConnectionError' }]);
  });

  test('sees that the caller or the clock has ended it', async () => {
    const seen: string[] = [];
    const middleware: Middleware[] = [
      (request, next) =>
        next(request).catch((error: Error) => {
          seen.push(error.name);
          throw error;
        }),
    ];
    const server = await startFakeServer([{ hang: 'before' }]);
    const { client } = loggedIn(server.baseUrl, { middleware, retries: 0 });
    await failureOf(client.tasks.get(TASK_ID, { timeout: 50 }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await failureOf(client.tasks.get(TASK_ID, { signal: controller.signal }));
    expect(seen).toEqual(['TimeoutError', 'AbortError']);
  });

  test('that throws ends the call with what it threw', async () => {
    const why = new RangeError('a bug');
    const middleware: Middleware[] = [() => Promise.reject(why)];
    expect(await failureOf(loggedIn('http://127.0.0.1:1', { middleware }).client.tasks.get(TASK_ID))).toBe(
      why,
    );
  });
});
