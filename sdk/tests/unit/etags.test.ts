import { describe, expect, expectTypeOf, test } from 'vitest';
import { etagCache, type PreconditionFailedError, type Task, Taskpact, type User } from '../../src/index.ts';
import { problem, type Received, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task, user } from '../support/samples.ts';

const tagged = (version: number, body: unknown) => ({ headers: { ETag: `"${version}"` }, body });
const sent = (requests: readonly Received[], header: string) =>
  requests.map(({ headers }) => headers[header]);

describe('ifMatch', () => {
  test.each([
    ['a resource that has a version', task, '"3"'],
    ['a version', 7, '"7"'],
    ['an ETag', '"8"', '"8"'],
    ['anything that there is', '*', '*'],
  ])('can be %s', async (_what, ifMatch, expected) => {
    const server = await startFakeServer([tagged(4, task)]);
    await loggedIn(server.baseUrl).client.tasks.update(TASK_ID, { title: 'a' }, { ifMatch });
    expect(sent(server.received, 'if-match')).toEqual([expected]);
  });

  test('can be what was read, though it has no version', async () => {
    const server = await startFakeServer([tagged(11, user), tagged(12, user)]);
    const { client } = loggedIn(server.baseUrl);
    const me = await client.me.get();
    const changed = await client.me.update({ name: null }, { ifMatch: me });
    await client.me.update({ name: 'Ada' }, { ifMatch: changed });
    expect(sent(server.received, 'if-match')).toEqual([undefined, '"11"', '"12"']);
  });

  test('is never left out quietly', async () => {
    const server = await startFakeServer([{ body: user }]);
    const { client } = loggedIn(server.baseUrl);
    expect(await failureOf(client.me.update({ name: null }, { ifMatch: user }))).toBeInstanceOf(TypeError);
    // @ts-expect-error JavaScript does not know
    expect(await failureOf(client.tags.delete(TASK_ID, { ifMatch: null }))).toBeInstanceOf(TypeError);
    await client.tags.delete(TASK_ID, { ifMatch: '' });
    expect(sent(server.received, 'if-match')).toEqual(['']);
  });

  test('that does not hold any more gives the resource as it is now, ready to be used', async () => {
    const current = { ...user, name: 'Countess of Lovelace' };
    const refusal = problem(412, 'precondition_failed', { current });
    const server = await startFakeServer([
      { ...refusal, headers: { ...refusal.headers, ETag: '"13"' } },
      tagged(14, user),
    ]);
    const { client } = loggedIn(server.baseUrl);
    const call = client.me.update({ name: 'Ada' }, { ifMatch: '"12"' });
    const error = (await failureOf(call)) as PreconditionFailedError<User>;
    expect(error.current).toEqual(current);
    await client.me.update({ name: 'Ada' }, { ifMatch: error.current });
    expect(sent(server.received, 'if-match')).toEqual(['"12"', '"13"']);
  });
});

describe('ifNoneMatch', () => {
  test('answers the same object when it is still current', async () => {
    const server = await startFakeServer([
      tagged(3, task),
      { status: 304, headers: { ETag: '"3"' } },
      tagged(4, task),
    ]);
    const { client } = loggedIn(server.baseUrl);
    const first = await client.tasks.get(TASK_ID);
    expect(await client.tasks.get(TASK_ID, { ifNoneMatch: first })).toBe(first);
    expect(await client.tasks.get(TASK_ID, { ifNoneMatch: first })).not.toBe(first);
    expect(sent(server.received, 'if-none-match')).toEqual([undefined, '"3"', '"3"']);
  });
});

describe('the cache', () => {
  /** A task whose version the test sets; says 304 when it is asked for that one. */
  async function startVersions() {
    const state = { version: 1 };
    const server = await startFakeServer(({ headers }) => {
      const tag = `"${state.version}"`;
      if (headers['if-none-match'] === tag)
        return { status: 304, headers: { ETag: tag, 'X-Request-Id': 'second' } };
      return tagged(state.version, { ...task, version: state.version });
    });
    return { ...server, state };
  }
  const versions = async (...calls: Promise<Task>[]) =>
    (await Promise.all(calls)).map(({ version }) => version);

  test('asks the server every time, and transfers only what has changed', async () => {
    const server = await startVersions();
    const { client } = loggedIn(server.baseUrl, { middleware: [etagCache()] });
    expect(await versions(client.tasks.get(TASK_ID))).toEqual([1]);
    const { data, etag, requestId } = await client.tasks.get(TASK_ID).withResponse();
    expect({ data, etag, requestId }).toEqual({
      data: { ...task, version: 1 },
      etag: '"1"',
      requestId: 'second',
    });
    server.state.version = 2;
    expect(await versions(client.tasks.get(TASK_ID))).toEqual([2]);
    expect(await versions(client.tasks.get(TASK_ID))).toEqual([2]);
    expect(sent(server.received, 'if-none-match')).toEqual([undefined, '"1"', '"1"', '"2"']);
  });

  test('hands out an object of its own each time', async () => {
    const server = await startVersions();
    const { client } = loggedIn(server.baseUrl, { middleware: [etagCache()] });
    const first = await client.tasks.get(TASK_ID);
    first.title = 'scribbled on';
    expect((await client.tasks.get(TASK_ID)).title).toBe(task.title);
  });

  test('never shows one account what another has read', async () => {
    const server = await startVersions();
    let accessToken = 'ada';
    const middleware = [etagCache()];
    const client = new Taskpact({ baseUrl: server.baseUrl, middleware, accessToken: () => accessToken });
    await client.me.get();
    accessToken = 'charles';
    await client.me.get();
    await client.me.get();
    expect(sent(server.received, 'if-none-match')).toEqual([undefined, undefined, '"1"']);
  });

  test('forgets what was not used for longest', async () => {
    const server = await startVersions();
    const { client } = loggedIn(server.baseUrl, { middleware: [etagCache({ maxEntries: 2 })] });
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await client.tasks.get(id);
    const tags = sent(server.received, 'if-none-match');
    expect(tags).toEqual([undefined, undefined, '"1"', undefined, '"1"', undefined]);
  });

  test('leaves writes, errors and conditions of the caller alone', async () => {
    const server = await startFakeServer([problem(404, 'not_found'), tagged(1, task), { status: 304 }]);
    const { client } = loggedIn(server.baseUrl, { middleware: [etagCache()] });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ status: 404 });
    await client.tasks.update(TASK_ID, {});
    const known = await client.tasks.get(TASK_ID, { ifNoneMatch: task });
    expect(known).toBe(task);
  });
});

test('the types know what can be compared', () => {
  const { client } = loggedIn('http://tasks.test');
  type Options<Method extends (...parameters: never[]) => unknown> = NonNullable<Parameters<Method>[2]>;
  expectTypeOf<User>().not.toMatchTypeOf<NonNullable<Options<typeof client.tasks.update>['ifMatch']>>();
  expectTypeOf<Task>().toMatchTypeOf<NonNullable<Options<typeof client.tasks.update>['ifMatch']>>();
});
