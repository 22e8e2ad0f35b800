import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Taskpact, type TokenSet, type TokenStore } from '../../src/index.ts';
import { problem, type Received, type Reply, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task, tokens, user } from '../support/samples.ts';

const isRefresh = ({ url }: Received): boolean => url === '/api/v1/auth/refresh';

/** Takes the second access token only, and gives it for the first refresh token. */
function secondTokenOnly(request: Received): Reply {
  if (isRefresh(request)) {
    return request.body === '{"refresh_token":"refresh-1"}'
      ? { delay: 20, body: tokens(2) }
      : problem(401, 'invalid_refresh_token');
  }
  return request.headers.authorization === 'Bearer access-2'
    ? { body: task }
    : problem(401, 'unauthenticated');
}

const refuse = (request: Received): Reply =>
  isRefresh(request) ? problem(401, 'invalid_refresh_token') : problem(401, 'unauthenticated');

describe('an expired access token', () => {
  test('is renewed once for 20 calls at the same time, and each is sent again once', async () => {
    const server = await startFakeServer(secondTokenOnly);
    const { client, store } = loggedIn(server.baseUrl);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => client.tasks.get(TASK_ID).withResponse()),
    );
    expect(results.map(({ data }) => data)).toEqual(Array(20).fill(task));
    expect(results.every(({ attempts }) => attempts <= 2)).toBe(true);
    expect(server.received.filter(isRefresh)).toHaveLength(1);
    expect(await store.get()).toEqual(tokens(2));
  });

  test('lets a POST be sent again, for it was not done', async () => {
    const server = await startFakeServer(secondTokenOnly);
    expect(await loggedIn(server.baseUrl).client.tasks.create({ title: 'a' })).toEqual(task);
  });

  test('does not use up the retries', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let failures = 0;
    const server = await startFakeServer((request) =>
      request.headers.authorization === 'Bearer access-2' && failures++ < 2
        ? { status: 503 }
        : secondTokenOnly(request),
    );
    expect(await loggedIn(server.baseUrl).client.tasks.get(TASK_ID)).toEqual(task);
  });

  test('is renewed again if that one has expired too, while waiting for a retry', async () => {
    const number = (text = ''): number => Number(text.replace(/\D/g, ''));
    const server = await startFakeServer((request, index) => {
      if (isRefresh(request)) return { body: tokens(number(request.body) + 1) };
      if (index === 2) return { status: 503, headers: { 'Retry-After': '0' } };
      return number(request.headers.authorization) === 3 ? { body: task } : problem(401, 'unauthenticated');
    });
    const { data, attempts } = await loggedIn(server.baseUrl).client.tasks.get(TASK_ID).withResponse();
    expect({ data, attempts }).toEqual({ data: task, attempts: 4 });
  });

  test('is not renewed again when the next one is refused as well', async () => {
    const server = await startFakeServer((request) =>
      isRefresh(request) ? { body: tokens(2) } : problem(401, 'unauthenticated'),
    );
    const error = await failureOf(loggedIn(server.baseUrl).client.tasks.get(TASK_ID));
    expect(error).toMatchObject({ name: 'UnauthenticatedError', attempts: 2 });
    expect(server.received.filter(isRefresh)).toHaveLength(1);
  });

  test('that somebody else has renewed meanwhile is only exchanged for theirs', async () => {
    const server = await startFakeServer(secondTokenOnly);
    const kept = [tokens(1), tokens(2)];
    const store: TokenStore = { get: () => kept.shift() ?? tokens(2), set: () => {}, clear: () => {} };
    const client = new Taskpact({ baseUrl: server.baseUrl, tokens: store });
    expect(await client.tasks.get(TASK_ID)).toEqual(task);
    expect(server.received.filter(isRefresh)).toHaveLength(0);
  });
});

describe('a session that is over', () => {
  test('fails every call, and is forgotten', async () => {
    const server = await startFakeServer(refuse);
    const { client, store } = loggedIn(server.baseUrl);
    const errors = await Promise.all(Array.from({ length: 20 }, () => failureOf(client.tasks.get(TASK_ID))));
    for (const error of errors) {
      expect(error).toMatchObject({
        name: 'UnauthenticatedError',
        operation: 'getTask',
        code: 'unauthenticated',
      });
    }
    expect(server.received.filter(isRefresh)).toHaveLength(1);
    expect(await store.get()).toBeUndefined();
  });

  test('is not, while the server can not be asked', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = await startFakeServer((request) =>
      isRefresh(request) ? { status: 503 } : refuse(request),
    );
    const { client, store } = loggedIn(server.baseUrl);
    const error = await failureOf(client.tasks.get(TASK_ID));
    expect(error).toMatchObject({ name: 'ServerError', operation: 'refreshSession', attempts: 3 });
    expect(await store.get()).toEqual(tokens(1));
  });

  test('is not forgotten if another one has begun meanwhile', async () => {
    const server = await startFakeServer(async (request) => {
      if (isRefresh(request)) await store.set(tokens(7));
      return request.headers.authorization === 'Bearer access-7' ? { body: task } : refuse(request);
    });
    const { client, store } = loggedIn(server.baseUrl);
    expect(await client.tasks.get(TASK_ID)).toEqual(task);
    expect(await store.get()).toEqual(tokens(7));
  });
});

describe('logging in and out', () => {
  const answers = ({ url }: Received): Reply => {
    if (url.endsWith('/login')) return { body: tokens(1) };
    if (url.endsWith('/register')) return { status: 201, body: tokens(2) };
    if (url.endsWith('/refresh')) return { body: tokens(3) };
    return url.endsWith('/logout') ? { status: 204 } : { body: user };
  };

  test('fills the store before the caller goes on, and empties it', async () => {
    const server = await startFakeServer(answers);
    const client = new Taskpact({ baseUrl: server.baseUrl });
    expect(await client.auth.login({ email: 'ada@example.com', password: 'correct horse' })).toEqual(
      tokens(1),
    );
    await client.me.get();
    await client.auth.logout();
    await client.me.get();
    const [, first, logout, second] = server.received;
    expect(first?.headers.authorization).toBe('Bearer access-1');
    expect(logout?.body).toBe('{"refresh_token":"refresh-1"}');
    expect(second?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    [
      'registering',
      2,
      (client: Taskpact) => client.auth.register({ email: 'a@b.c', password: 'correct horse' }),
    ],
    ['refreshing', 3, (client: Taskpact) => client.auth.refresh()],
    ['refreshing by hand', 3, (client: Taskpact) => client.auth.refresh({ refresh_token: 'refresh-0' })],
    [
      'asking for the response alone',
      2,
      async (client: Taskpact) => {
        await client.auth.register({ email: 'a@b.c', password: 'correct horse' }).withResponse();
      },
    ],
  ])('%s stores the tokens', async (_what, number, act) => {
    const server = await startFakeServer(answers);
    const { client, store } = loggedIn(server.baseUrl);
    await act(client);
    expect(await store.get()).toEqual(tokens(number));
  });

  test('leaves the store alone when it fails', async () => {
    const server = await startFakeServer([problem(401, 'invalid_credentials')]);
    const { client, store } = loggedIn(server.baseUrl);
    const error = await failureOf(client.auth.login({ email: 'ada@example.com', password: 'wrong' }));
    expect(error).toMatchObject({ name: 'UnauthenticatedError', code: 'invalid_credentials', attempts: 1 });
    expect(await store.get()).toEqual(tokens(1));
    expect(server.received).toHaveLength(1);
  });

  test('out empties the store even if the server does not answer', async () => {
    const { client, store } = loggedIn('http://127.0.0.1:1');
    expect(await failureOf(client.auth.logout())).toMatchObject({ name: 'ConnectionError' });
    expect(await store.get()).toBeUndefined();
  });

  test('out is not undone by a refresh that was under way', async () => {
    const server = await startFakeServer((request) =>
      isRefresh(request) ? { delay: 100, body: tokens(2) } : answers(request),
    );
    const { client, store } = loggedIn(server.baseUrl);
    const refresh = client.auth.refresh();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await client.auth.logout();
    await refresh;
    expect(await store.get()).toBeUndefined();
  });

  test('can not be done without a session', async () => {
    const client = new Taskpact({ baseUrl: 'http://127.0.0.1:1' });
    expect(await failureOf(client.auth.refresh())).toBeInstanceOf(TypeError);
    expect(await failureOf(client.auth.logout())).toBeInstanceOf(TypeError);
  });

  test('waits for a store that takes its time', async () => {
    let kept: TokenSet | undefined;
    const later = <T>(work: () => T) => new Promise<T>((resolve) => setTimeout(() => resolve(work()), 20));
    const store: TokenStore = {
      get: () => later(() => kept),
      set: (next) =>
        later(() => {
          kept = next;
        }),
      clear: () =>
        later(() => {
          kept = undefined;
        }),
    };
    const server = await startFakeServer(answers);
    const client = new Taskpact({ baseUrl: server.baseUrl, tokens: store });
    await client.auth.login({ email: 'ada@example.com', password: 'correct horse' });
    await client.me.get();
    expect(server.received[1]?.headers.authorization).toBe('Bearer access-1');
  });
});

describe('an access token from elsewhere', () => {
  let given: (string | undefined)[];
  beforeEach(() => {
    given = [];
  });
  const authorizations = (requests: readonly Received[]) =>
    requests.map(({ headers }) => headers.authorization);

  test('is sent as it is, and can not be renewed', async () => {
    const server = await startFakeServer([{ body: task }, problem(401, 'unauthenticated')]);
    const client = new Taskpact({ baseUrl: server.baseUrl, accessToken: 'personal' });
    await client.tasks.get(TASK_ID);
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({
      name: 'UnauthenticatedError',
      attempts: 1,
    });
    expect(authorizations(server.received)).toEqual(['Bearer personal', 'Bearer personal']);
  });

  test('is asked for again, once, when it is refused', async () => {
    const server = await startFakeServer((request) =>
      request.headers.authorization === 'Bearer new' ? { body: task } : problem(401, 'unauthenticated'),
    );
    const accessToken = async (refused?: string): Promise<string> => {
      given.push(refused);
      return refused === undefined ? 'old' : 'new';
    };
    const client = new Taskpact({ baseUrl: server.baseUrl, accessToken });
    expect(await client.tasks.get(TASK_ID)).toEqual(task);
    expect(given).toEqual([undefined, 'old']);
  });

  test('of the call itself goes first, and is left alone', async () => {
    const server = await startFakeServer(refuse);
    const { client } = loggedIn(server.baseUrl);
    await failureOf(client.tasks.get(TASK_ID, { headers: { authorization: 'Bearer other' } }));
    expect(authorizations(server.received)).toEqual(['Bearer other']);
  });

  test('fails the call if getting it fails', async () => {
    const why = new Error('no network');
    const client = new Taskpact({ baseUrl: 'http://127.0.0.1:1', accessToken: () => Promise.reject(why) });
    expect(await failureOf(client.tasks.get(TASK_ID))).toBe(why);
  });
});
