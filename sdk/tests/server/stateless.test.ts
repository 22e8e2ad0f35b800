/**
 * What any server of this contract answers, one that remembers nothing included. `TASKPACT_URL` names one, such as the mock
 * server; without it, it is the real server.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { isTaskpactError, Taskpact } from '../../src/index.ts';
import { useRealServer } from '../support/real-server.ts';
import { failureOf, TASK_ID, task, tokens, user } from '../support/samples.ts';

const given = process.env.TASKPACT_URL;
const server = given === undefined ? useRealServer() : { baseUrl: given };
const keysOf = (value: object): string[] => Object.keys(value).sort();

describe('a server of the contract', () => {
  let client: Taskpact;
  let taskId = TASK_ID;
  const credentials = { email: `stateless-${Date.now()}@example.com`, password: 'correct horse battery' };
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
