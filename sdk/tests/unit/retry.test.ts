import { beforeEach, describe, expect, test, vi } from 'vitest';
import { call } from '../../src/call.ts';
import type { ConnectionError, RateLimitError } from '../../src/index.ts';
import { Taskpact } from '../../src/index.ts';
import { backoff, retryAfter } from '../../src/retry.ts';
import { problem, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task, tokens } from '../support/samples.ts';
import { caller, ThingsApi } from '../support/things-api.ts';

describe('a request that may be repeated', () => {
  // No waiting between the attempts.
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

  test.each([408, 429, 500, 502, 503, 504])('is sent again after a %i', async (status) => {
    const server = await startFakeServer([problem(status, 'unavailable'), { status }, { body: task }]);
    const { data, attempts } = await loggedIn(server.baseUrl).client.tasks.get(TASK_ID).withResponse();
    expect(data).toEqual(task);
    expect(attempts).toBe(3);
  });

  test.each(['before', 'inside'] as const)(
    'is sent again when the connection breaks %s the answer',
    async (cut) => {
      const server = await startFakeServer([{ cut, body: task }, { body: task }]);
      expect(await loggedIn(server.baseUrl).client.tasks.get(TASK_ID)).toEqual(task);
      expect(server.received).toHaveLength(2);
    },
  );

  test('is sent again when no answer comes in time', async () => {
    const server = await startFakeServer([{ hang: 'before' }, { hang: 'inside' }, { body: task }]);
    const { client } = loggedIn(server.baseUrl, { timeout: 100 });
    expect(await client.tasks.get(TASK_ID)).toEqual(task);
  });

  test.each([
    ['PUT', (client: Taskpact) => client.tasks.replace(TASK_ID, { title: 'a' })],
    ['PATCH', (client: Taskpact) => client.tasks.update(TASK_ID, { title: 'a' })],
    ['DELETE', (client: Taskpact) => client.tasks.delete(TASK_ID)],
  ])('can be a %s', async (method, act) => {
    const server = await startFakeServer([{ status: 503 }, { body: task }]);
    await act(loggedIn(server.baseUrl).client);
    expect(server.received.map((request) => request.method)).toEqual([method, method]);
  });

  test('is sent three times in all, then the last failure counts', async () => {
    const server = await startFakeServer([{ status: 500 }, { status: 502 }, problem(503, 'unavailable')]);
    const error = await failureOf(loggedIn(server.baseUrl).client.tasks.get(TASK_ID));
    expect(error).toMatchObject({ name: 'ServerError', status: 503, code: 'unavailable', attempts: 3 });
    expect(server.received).toHaveLength(3);
  });

  test('is sent as often as the client, or the call, is told', async () => {
    const server = await startFakeServer([{ status: 500 }]);
    const { client } = loggedIn(server.baseUrl, { retries: 4 });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ attempts: 5 });
    expect(await failureOf(client.tasks.get(TASK_ID, { retries: 0 }))).toMatchObject({ attempts: 1 });
  });

  test('tells when nobody listens there', async () => {
    const { client } = loggedIn('http://127.0.0.1:1');
    const error = (await failureOf(client.tasks.get(TASK_ID))) as ConnectionError;
    expect(error).toMatchObject({
      name: 'ConnectionError',
      attempts: 3,
      operation: 'getTask',
      method: 'GET',
    });
    expect(error.message).toMatch(/^getTask: no answer: .+ \(request [0-9a-f]{32}-3\)$/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([400, 401, 403, 404, 409, 412, 413, 415, 422, 431])(
    'is not sent again after a %i',
    async (status) => {
      const server = await startFakeServer([problem(status, 'conflict')]);
      await failureOf(loggedIn(server.baseUrl).client.tasks.get(TASK_ID));
      expect(server.received).toHaveLength(1);
    },
  );
});

describe('a POST', () => {
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

  test.each([{ status: 503, headers: { 'Retry-After': '0' } }, { status: 429 }, { cut: 'before' as const }])(
    'is never sent again after %j, as nobody knows what became of it',
    async (reply) => {
      const server = await startFakeServer([reply]);
      const login = { email: 'ada@example.com', password: 'correct horse' };
      const error = await failureOf(loggedIn(server.baseUrl).client.auth.login(login));
      expect(error).toMatchObject({ attempts: 1, idempotencyKey: undefined });
      expect(server.received).toHaveLength(1);
      expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key');
    },
  );

  test('that exchanges a refresh token is: the contract says that this is safe', async () => {
    const server = await startFakeServer([{ cut: 'before' }, { body: tokens(2) }]);
    const { client } = loggedIn(server.baseUrl);
    expect(await client.auth.refresh()).toEqual(tokens(2));
  });

  describe('of an operation that takes an Idempotency-Key', () => {
    const keys = (requests: readonly { headers: Record<string, unknown> }[]) =>
      requests.map(({ headers }) => headers['idempotency-key']);

    test('is sent again, always with the same key', async () => {
      const server = await startFakeServer([
        { status: 503 },
        { cut: 'before' },
        { status: 201, body: { id: '1' } },
      ]);
      expect(await call(caller(server.baseUrl), ThingsApi, 'createThing', { thing: {} })).toEqual({
        id: '1',
      });
      const [first, ...others] = keys(server.received);
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(others).toEqual([first, first]);
    });

    test('gets another key with every call, which its error names', async () => {
      const server = await startFakeServer([problem(409, 'conflict')]);
      const create = () => failureOf(call(caller(server.baseUrl), ThingsApi, 'createThing', { thing: {} }));
      const errors = [await create(), await create()] as { idempotencyKey: string }[];
      expect(errors.map(({ idempotencyKey }) => idempotencyKey)).toEqual(keys(server.received));
      expect(new Set(keys(server.received)).size).toBe(2);
    });

    test("keeps the caller's own key", async () => {
      const server = await startFakeServer([{ status: 500 }, { status: 201, body: { id: '1' } }]);
      await call(caller(server.baseUrl), ThingsApi, 'createThing', { thing: {} }, { idempotencyKey: 'mine' });
      expect(keys(server.received)).toEqual(['mine', 'mine']);
    });
  });
});

describe('the wait before a retry', () => {
  test('is random, up to half a second at first, twice as much each time, 8 s at most', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    expect([0, 1, 2, 3, 4, 5, 60].map(backoff)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(backoff(5)).toBe(0);
  });

  test.each([
    [{ 'Retry-After': '2' }, 2_000],
    [{ 'Retry-After': '0' }, 0],
    [{ 'retry-after-ms': '150', 'Retry-After': '9' }, 150],
    [{ 'Retry-After': 'Sat, 21 Nov 2026 10:00:07 GMT', Date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 7_000],
    [{ 'Retry-After': 'Sat, 21 Nov 2026 09:00:00 GMT', Date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 0],
    [{ 'Retry-After': 'soon' }, undefined],
    [{ 'Retry-After': '-3' }, undefined],
    [{}, undefined],
  ])('follows %j', (headers, expected) => {
    expect(retryAfter(new Headers(headers as Record<string, string>))).toBe(expected);
  });

  test('is counted from our own clock when the server does not tell the time', () => {
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    const wait = retryAfter(new Headers({ 'Retry-After': inTenSeconds }));
    expect(wait).toBeGreaterThanOrEqual(8_000);
    expect(wait).toBeLessThanOrEqual(11_000);
  });

  test('is as long as the server asks', async () => {
    const server = await startFakeServer([
      { status: 503, headers: { 'retry-after-ms': '300' } },
      { status: 429, headers: { 'Retry-After': '0.2' } },
      { body: task },
    ]);
    const start = performance.now();
    await loggedIn(server.baseUrl).client.tasks.get(TASK_ID);
    expect(performance.now() - start).toBeGreaterThanOrEqual(499);
  });

  test('that would outlast the deadline is not begun', async () => {
    const server = await startFakeServer([
      { ...problem(429, 'unavailable'), headers: { 'Retry-After': '3600' } },
    ]);
    const start = performance.now();
    const error = (await failureOf(loggedIn(server.baseUrl).client.tasks.get(TASK_ID))) as RateLimitError;
    expect(error).toMatchObject({ name: 'RateLimitError', attempts: 1, retryAfter: 3_600_000 });
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

test('a client without a session can be asked too', async () => {
  const server = await startFakeServer([{ body: { status: 'ok' } }]);
  expect(await new Taskpact({ baseUrl: server.baseUrl }).health.live()).toEqual({ status: 'ok' });
  expect(server.received[0]?.headers).not.toHaveProperty('authorization');
});
