import { describe, expect, test, vi } from 'vitest';
import { memoryTokenStore, Taskpact, type TaskpactOptions } from '../../src/index.ts';
import { problem, type Received, type Reply, startFakeServer } from '../support/fake-server.ts';
import { failureOf, TASK_ID, task, tokens } from '../support/samples.ts';

const inCookie = (number: number) => ({ ...tokens(number), refresh_token: null });
const noCookie = problem(422, 'validation_failed', {
  errors: [{ pointer: '/refresh_token', code: 'required', message: 'is required, and there is no cookie' }],
});
const path = ({ url }: Received): string => url.replace('/api/v1/', '');

/** A server that takes the second access token only, and a page that was loaded anew. */
function page(baseUrl: string, options: Partial<TaskpactOptions> = {}) {
  const store = memoryTokenStore();
  const credentials: (string | undefined)[] = [];
  const client = new Taskpact({
    baseUrl,
    cookies: true,
    tokens: store,
    retries: 0,
    fetch: (url, init) => {
      credentials.push(init.credentials);
      return fetch(url, init);
    },
    ...options,
  });
  return { client, store, credentials };
}

function answers(refresh: Reply): (request: Received) => Reply {
  return (request) => {
    if (/login|register/.test(request.url))
      return { status: request.url.endsWith('register') ? 201 : 200, body: inCookie(1) };
    if (request.url.endsWith('/refresh')) return refresh;
    if (request.url.endsWith('/logout')) return { status: 204 };
    return request.headers.authorization === 'Bearer access-2'
      ? { body: task }
      : problem(401, 'unauthenticated');
  };
}

const login = (client: Taskpact) =>
  client.auth.login({ email: 'ada@example.com', password: 'correct horse' });

describe('refresh tokens in cookies', () => {
  test('are asked for where tokens are given out, with credentials, and nowhere else', async () => {
    const server = await startFakeServer(answers({ body: inCookie(2) }));
    const { client, store, credentials } = page(server.baseUrl);
    await client.auth.register({ email: 'ada@example.com', password: 'correct horse' });
    await login(client);
    expect(await store.get()).toEqual(inCookie(1));
    await client.tasks.get(TASK_ID);
    await client.auth.logout();
    const seen = server.received.map((request) => [
      path(request),
      request.headers['token-transport'],
      request.body,
    ]);
    expect(seen.map(([name, transport]) => [name, transport])).toEqual([
      ['auth/register', 'cookie'],
      ['auth/login', 'cookie'],
      [`tasks/${TASK_ID}`, undefined],
      ['auth/refresh', 'cookie'],
      [`tasks/${TASK_ID}`, undefined],
      ['auth/logout', 'cookie'],
    ]);
    expect(seen.filter(([name]) => /refresh|logout/.test(String(name))).map(([, , body]) => body)).toEqual([
      '{}',
      '{}',
    ]);
    const include = 'include';
    expect(credentials).toEqual([include, include, undefined, include, undefined, include]);
    expect(await store.get()).toBeUndefined();
  });

  test('are left alone unless told otherwise', async () => {
    const server = await startFakeServer([{ body: tokens(1) }]);
    const { client, credentials } = page(server.baseUrl, { cookies: false });
    await login(client);
    expect(server.received[0]?.headers).not.toHaveProperty('token-transport');
    expect(credentials).toEqual([undefined]);
  });
});

describe('a page that was loaded anew', () => {
  test('goes on with its session: the cookie is exchanged once for all calls', async () => {
    const server = await startFakeServer(answers({ delay: 20, body: inCookie(2) }));
    const { client, store } = page(server.baseUrl);
    const found = await Promise.all(Array.from({ length: 20 }, () => client.tasks.get(TASK_ID)));
    expect(found).toEqual(Array(20).fill(task));
    expect(server.received.map(path).filter((name) => name === 'auth/refresh')).toHaveLength(1);
    expect(await store.get()).toEqual(inCookie(2));
  });

  test.each([
    ['has no cookie', noCookie],
    ['has one that is no good', problem(401, 'invalid_refresh_token')],
  ])('learns once that it %s', async (_what, refusal) => {
    const server = await startFakeServer(answers(refusal));
    const { client } = page(server.baseUrl);
    for (let call = 0; call < 3; call += 1) {
      expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({
        name: 'UnauthenticatedError',
        operation: 'getTask',
        attempts: 1,
      });
    }
    expect(server.received.map(path).filter((name) => name === 'auth/refresh')).toHaveLength(1);
  });

  test('asks again if it could not ask', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let away = true;
    const server = await startFakeServer((request) =>
      answers(away ? { status: 503 } : { body: inCookie(2) })(request),
    );
    const { client } = page(server.baseUrl);
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({
      name: 'ServerError',
      operation: 'refreshSession',
    });
    away = false;
    expect(await client.tasks.get(TASK_ID)).toEqual(task);
  });

  test('hears of it when its origin may not use the cookie', async () => {
    const errors = [{ parameter: 'token-transport', code: 'not_allowed', message: 'must not be cookie' }];
    const server = await startFakeServer(answers(problem(422, 'validation_failed', { errors })));
    const error = await failureOf(page(server.baseUrl).client.tasks.get(TASK_ID));
    expect(error).toMatchObject({ name: 'ValidationError', operation: 'refreshSession', errors });
  });

  test('does not ask for what needs no token', async () => {
    const server = await startFakeServer([{ body: { status: 'ok' } }]);
    await page(server.baseUrl).client.health.live();
    expect(server.received.map(({ url }) => url)).toEqual(['/health/live']);
  });
});

describe('a session whose refresh token is in a cookie', () => {
  test.each([
    ['there is no cookie any more', noCookie],
    ['the cookie is refused', problem(401, 'invalid_refresh_token')],
  ])('is over when %s', async (_what, refusal) => {
    const server = await startFakeServer(answers(refusal));
    const { client, store } = page(server.baseUrl);
    await login(client);
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ name: 'UnauthenticatedError' });
    expect(await store.get()).toBeUndefined();
  });

  test('can not be refreshed or ended when there is none', async () => {
    const server = await startFakeServer([noCookie]);
    const { client } = page(server.baseUrl);
    expect(await failureOf(client.auth.refresh())).toBeInstanceOf(TypeError);
    expect(await failureOf(client.auth.logout())).toBeInstanceOf(TypeError);
  });

  test('is not taken up again by itself after a logout that did not reach the server', async () => {
    const server = await startFakeServer((request) =>
      request.url.endsWith('/logout') ? { cut: 'before' } : answers({ body: inCookie(2) })(request),
    );
    const { client } = page(server.baseUrl);
    await login(client);
    expect(await failureOf(client.auth.logout())).toMatchObject({ name: 'ConnectionError' });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ name: 'UnauthenticatedError' });
    expect(server.received.map(path)).not.toContain('auth/refresh');
  });
});
