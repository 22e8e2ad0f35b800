/** Many who write the same things at the same time, and too few connections for all of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast } from '../security/callers/cast.ts';
import { callOf } from '../security/callers/things.ts';
import { operations } from '../setup/contract.ts';
import { createRawClient, type RawClient } from '../setup/http.ts';
import { complaints } from '../setup/service-process.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { serveDatabase } from './support/service.ts';
import { registerPatiently } from './support/writers.ts';

describe('F22 a storm of opposing changes', () => {
  const served = serveDatabase();
  const CLIENTS = 10;
  const ROUNDS = 60;
  let authorization: string;

  const send = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }> => {
    const merge = method === 'PATCH' ? 'merge-patch+' : '';
    const answer = await fetch(`${served.origin}/api/v1${path}`, {
      method,
      headers: {
        Authorization: authorization,
        ...(body === undefined ? {} : { 'Content-Type': `application/${merge}json` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const make = async (path: string, body: object): Promise<string> => {
    const answer = await send('POST', path, body);
    expect(answer.status).toBe(201);
    return (answer.body as { id: string }).id;
  };
  const anyOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  const shuffled = <T>(list: readonly T[]): T[] => list.toSorted(() => Math.random() - 0.5);

  it('is answered without a fault of ours, and leaves the history without a gap', {
    timeout: 300_000,
  }, async () => {
    authorization = await registerPatiently(served.origin);
    const projects = [await make('/projects', { name: 'One' }), await make('/projects', { name: 'Other' })];
    const tags = [await make('/tags', { name: 'one' }), await make('/tags', { name: 'other' })];
    const tasks: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const project_id = projects[index % 2];
      tasks.push(await make('/tasks', { title: `Task ${index}`, project_id, tags: ['one', 'other'] }));
    }
    const priority = () => anyOf(['low', 'medium', 'high'] as const);
    const changes = [
      () =>
        send('POST', '/tasks/batch', {
          operations: shuffled(tasks).map((id) => ({ op: 'update', id, patch: { priority: priority() } })),
        }),
      () =>
        send('PATCH', `/tasks/${anyOf(tasks)}`, {
          project_id: anyOf(projects),
          tags: shuffled(['one', 'two']),
        }),
      () => send('POST', `/tasks/${anyOf(tasks)}/complete`),
      () => send('POST', `/tasks/${anyOf(tasks)}/reopen`),
      () => send('PATCH', `/tags/${anyOf(tags)}`, { name: anyOf(['one', 'other', 'two', 'three']) }),
      () => send('DELETE', `/projects/${anyOf(projects)}`),
      () => send('POST', `/projects/${anyOf(projects)}/restore`),
      () => send('DELETE', `/tasks/${anyOf(tasks)}`),
      () => send('POST', `/tasks/${anyOf(tasks)}/restore`),
    ];
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      for (let round = 0; round < ROUNDS; round += 1) statuses.push((await anyOf(changes)()).status);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));

    // What others have deleted, renamed or used up meanwhile is 404, 409 or 422; 503 says to try again.
    const known = [200, 201, 204, 404, 409, 412, 422, 503];
    expect(statuses.filter((status) => !known.includes(status))).toEqual([]);
    const refused = statuses.filter((status) => status === 503).length;
    expect(refused / statuses.length).toBeLessThan(0.02);
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(statuses.length / 4);
    const { rows } = await served.client.query(`
      select counter.seq::int as counter, count(events.seq)::int as events, max(events.seq)::int as last
      from user_counters counter left join events using (user_id) group by counter.seq`);
    const [{ counter, events, last }] = rows;
    expect([events, last]).toEqual([counter, counter]);
    expect(complaints(served.service)).toEqual([]);
  });
});

describe('F3 a pool of one connection', () => {
  let app: TestApp;
  let client: RawClient;
  beforeAll(async () => {
    app = await createTestApp({ DATABASE_POOL_MAX: '1' });
    client = createRawClient(app.server);
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  it.each(operations)(
    'is enough for $operationId: it asks for no second one while it has the first',
    async (operation) => {
      const { caller, things } = await cast(
        app,
        operation.requiredRole === 'admin' ? 'admin' : 'owner',
        operation,
      );
      const { status, text } = await client.send(callOf(operation, caller, things));
      expect(status, text).toBeLessThan(500);
    },
  );
});
