/** The proxy that the suite trusts: it sees what breaks the contract, and changes nothing. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { problem, type Reply, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task } from '../support/samples.ts';
import { startValidatingProxy } from '../support/validating-proxy.ts';

const headers = { ETag: '"3"', 'X-Request-Id': '0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11' };

async function behindProxy(...script: Reply[]) {
  const server = await startFakeServer(script);
  const proxy = await startValidatingProxy(server.baseUrl);
  onTestFinished(() => proxy.stop());
  return { server, proxy, client: loggedIn(proxy.baseUrl, { retries: 0 }).client };
}

describe('the validating proxy', () => {
  test('passes on what keeps to the contract', async () => {
    const { server, proxy, client } = await behindProxy({ body: task, headers }, problem(404, 'not_found'));
    const { data, etag } = await client.tasks.get(TASK_ID, { headers: { 'X-Trace': 'a' } }).withResponse();
    expect(data).toEqual(task);
    expect(etag).toBe('"3"');
    expect(server.received[0]?.headers).toMatchObject({ 'x-trace': 'a', authorization: 'Bearer access-1' });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ code: 'not_found' });
    expect(proxy.violations).toEqual([]);
    expect(proxy.exchanges).toBe(2);
  });

  test.each<[string, Reply, string]>([
    ['a status that is not documented', { status: 418, headers }, 'getTask does not list the status 418'],
    ['a body that breaks its schema', { body: { ...task, title: '' }, headers }, 'the body/title must NOT'],
    ['a body that is no JSON', { body: '{', headers }, 'the body is not JSON'],
    [
      'a header that is missing',
      { body: task, headers: { ETag: '"3"' } },
      'the header x-request-id is missing',
    ],
    [
      'a header that breaks its schema',
      { body: task, headers: { ...headers, ETag: '3' } },
      'the header etag must',
    ],
    ['another media type', { body: task, headers: { ...headers, 'Content-Type': 'text/html' } }, 'text/html'],
  ])('notes %s', async (_what, reply, fault) => {
    const { proxy, client } = await behindProxy(reply);
    await client.tasks.get(TASK_ID).catch(() => {});
    expect(proxy.violations).toContainEqual(expect.stringMatching(`GET /api/v1/tasks/${TASK_ID} `));
    expect(proxy.violations).toContainEqual(expect.stringContaining(fault));
  });

  test('notes what is accepted although it breaks the contract', async () => {
    const created = {
      status: 201,
      body: task,
      headers: { ...headers, Location: `/api/v1/tasks/${TASK_ID}` },
    };
    const { proxy, client } = await behindProxy(created);
    await client.tasks.create({ title: '' });
    expect(proxy.violations).toContain(
      'POST /api/v1/tasks 201: was accepted, although the body/title must NOT have fewer than 1 characters',
    );
  });

  test('breaks the connection when the server does', async () => {
    const { client } = await behindProxy({ cut: 'inside' });
    expect(await failureOf(client.tasks.get(TASK_ID))).toMatchObject({ name: 'ConnectionError' });
  });
});
