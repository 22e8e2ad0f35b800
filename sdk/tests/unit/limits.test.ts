import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { problem, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task } from '../support/samples.ts';

/** Milliseconds that it took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe('the timeout', () => {
  test.each(['before', 'inside'] as const)('ends an attempt that hangs %s the answer', async (hang) => {
    const server = await startFakeServer([{ hang, body: task }]);
    const error = await failureOf(
      loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { timeout: 100, retries: 0 }),
    );
    expect(error).toMatchObject({ name: 'TimeoutError', attempts: 1 });
    expect((error as Error).message).toMatch(/^getTask: no answer in 100 ms \(request \S+-1\)$/);
  });

  test('ends an attempt that does not listen to its signal', async () => {
    const { client } = loggedIn('http://tasks.test', {
      fetch: () => new Promise(() => {}),
      timeout: 50,
      retries: 0,
    });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ name: 'TimeoutError' });
  });

  test('can be switched off', async () => {
    const server = await startFakeServer([{ delay: 50, body: task }]);
    const forever = { timeout: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY };
    expect(await loggedIn(server.baseUrl, forever).client.tasks.get(TASK_ID)).toEqual(task);
  });
});

describe('the deadline', () => {
  test('ends the call, whatever its retries', async () => {
    const server = await startFakeServer([{ hang: 'before' }]);
    const { client } = loggedIn(server.baseUrl, { timeout: 120, deadline: 300, retries: 100 });
    let error: unknown;
    const took = await timed(async () => {
      error = await failureOf(client.tasks.get(TASK_ID));
    });
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(took).toBeLessThan(1_000);
  });

  test('bounds the attempt under way', async () => {
    const server = await startFakeServer([{ hang: 'before' }]);
    const took = await timed(() =>
      failureOf(loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { deadline: 100 })),
    );
    expect(took).toBeLessThan(1_000);
  });
});

describe("the caller's signal", () => {
  const reason = new Error('changed my mind');

  test('that is aborted already lets nothing be sent', async () => {
    const server = await startFakeServer([{ body: task }]);
    const call = loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { signal: AbortSignal.abort(reason) });
    expect(await failureOf(call)).toMatchObject({ name: 'AbortError', cause: reason, attempts: 0 });
    expect(server.received).toHaveLength(0);
  });

  test.each(['before', 'inside'] as const)('ends a call that hangs %s the answer', async (hang) => {
    const server = await startFakeServer([{ hang, body: task }]);
    const controller = new AbortController();
    const call = loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    expect(await failureOf(call)).toMatchObject({ name: 'AbortError', cause: reason, attempts: 1 });
  });

  test('ends the wait before a retry', async () => {
    const server = await startFakeServer([{ status: 503, headers: { 'Retry-After': '20' } }]);
    const controller = new AbortController();
    const call = loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    const took = await timed(async () => {
      expect(await failureOf(call)).toMatchObject({ name: 'AbortError', cause: reason, attempts: 1 });
    });
    expect(took).toBeLessThan(5_000);
    expect(server.received).toHaveLength(1);
  });

  test('leaves no timer behind that would keep the program from ending', async () => {
    const [set, clear] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')];
    const server = await startFakeServer([{ status: 503, headers: { 'Retry-After': '20' } }]);
    const controller = new AbortController();
    const call = loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    await failureOf(call);
    const wait = set.mock.calls.findIndex(([, milliseconds]) => milliseconds === 20_000);
    expect(clear).toHaveBeenCalledWith(set.mock.results[wait]?.value);
  });

  test('ends the wait for a new token, though not for those who also wait for it', async () => {
    const fresh = { access_token: 'access-2', refresh_token: 'refresh-2' };
    const server = await startFakeServer(({ url, headers }) => {
      if (url.endsWith('/refresh')) return { delay: 300, body: fresh };
      return headers.authorization === 'Bearer access-2' ? { body: task } : problem(401, 'unauthenticated');
    });
    const { client } = loggedIn(server.baseUrl);
    const controller = new AbortController();
    const impatient = failureOf(client.tasks.get(TASK_ID, { signal: controller.signal }));
    const patient = client.tasks.get(TASK_ID);
    setTimeout(() => controller.abort(reason), 150);
    expect(await impatient).toMatchObject({ name: 'AbortError' });
    expect(await patient).toEqual(task);
  });

  test('has no listeners left when the call is over', async () => {
    const server = await startFakeServer([{ status: 503, headers: { 'Retry-After': '0' } }, { body: task }]);
    const { signal } = new AbortController();
    await loggedIn(server.baseUrl).client.tasks.get(TASK_ID, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
