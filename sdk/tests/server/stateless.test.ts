/**
 * What any server of this contract answers, one that remembers nothing included. It is the mock server in the project
 * `mock`, the one that `TASKPACT_URL` names, or else the real server.
 */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ApiError, isTaskpactError, Taskpact } from '../../src/index.ts';
import { exampleCalls } from '../support/example-calls.ts';
import { useRealServer, useServer } from '../support/real-server.ts';
import { failureOf, TASK_ID, task, tokens, user } from '../support/samples.ts';

const mockUrl = inject('mockUrl');
const given = mockUrl ?? process.env.TASKPACT_URL;
const server = given === undefined ? useRealServer() : useServer(async () => given);
let accounts = 0;
const someone = () => {
  accounts += 1;
  return { email: `stateless-${Date.now()}-${accounts}@example.com`, password: 'correct horse battery' };
};
const keysOf = (value: object): string[] => Object.keys(value).sort();

describe('a server of the contract', () => {
  let client: Taskpact;
  let taskId = TASK_ID;
  const credentials = someone();
  beforeAll(async () => {
    client = new Taskpact({ baseUrl: server.baseUrl });
    expect(keysOf(await client.auth.register(credentials))).toEqual(keysOf(tokens(1)));
    taskId = (await client.tasks.create({ title: 'Buy milk' })).id;
  });

  test.each<[string, () => PromiseLike<object>, object]>([
    ['auth.login', () => client.auth.login(credentials), tokens(1)],
    ['auth.refresh', () => client.auth.refresh(), tokens(1)],
    ['me.get', () => client.me.get(), user],
    ['me.update', () => client.me.update({ name: null }), user],
    ['tasks.create', () => client.tasks.create({ title: 'Buy milk' }), task],
    ['tasks.get', () => client.tasks.get(taskId), task],
    ['tasks.replace', () => client.tasks.replace(taskId, { title: 'Buy oat milk' }), task],
    ['tasks.update', () => client.tasks.update(taskId, { description: null }), task],
  ])('answers %s with every field, and no other', async (_name, act, sample) => {
    expect(keysOf(await act())).toEqual(keysOf(sample));
  });

  test('answers a page, whose items can be walked', async () => {
    const page = await client.tasks.list({ size: 5, status: ['pending', 'in_progress'] });
    expect(keysOf(page)).toEqual(['items', 'next_cursor', 'page', 'pages', 'size', 'total']);
    const [first] = await client.tasks.list().toArray({ limit: 1 });
    if (first !== undefined) expect(keysOf(first)).toEqual(keysOf(task));
  });

  test('has health', async () => {
    expect(await client.health.live()).toEqual({ status: 'ok' });
    expect(await client.health.ready()).toEqual({ status: 'ok' });
    expect(keysOf(await client.health.get())).toEqual(['database', 'status', 'uptime', 'version']);
  });

  test('refuses who has no token', async () => {
    const error = await failureOf(new Taskpact({ baseUrl: server.baseUrl }).me.get());
    expect(isTaskpactError(error, 'UnauthenticatedError')).toBe(true);
  });

  test('refuses what breaks the contract', async () => {
    const error = await failureOf(client.tasks.create({ title: '' }));
    expect(isTaskpactError(error, 'ValidationError')).toBe(true);
  });

  test('ends a session, and answers a delete with nothing', async () => {
    expect(await client.tasks.delete(taskId)).toBeUndefined();
    expect(await client.auth.logout()).toBeUndefined();
  });
});

// The validating proxy sees to it that each answer is what the contract says.
describe('every operation, called as the contract shows it,', () => {
  test.each(exampleCalls)('answers $name', async ({ send, operation }) => {
    const client = new Taskpact({ baseUrl: server.baseUrl });
    await client.auth.register(someone());
    const answer = await send(client).catch((error: unknown) => error);
    const isRefused = answer instanceof ApiError && answer.code !== undefined;
    // A mock has nothing to object to; a server that remembers knows no such id, or somebody with that address.
    if (mockUrl === undefined && isRefused) {
      expect(operation.errors.map(({ status }) => status)).toContain(answer.status);
      expect(answer.status).toBeLessThan(500);
    } else {
      expect(answer).not.toBeInstanceOf(Error);
      expect(typeof answer).toBe(operation.result === undefined ? 'undefined' : 'object');
    }
  });
});
