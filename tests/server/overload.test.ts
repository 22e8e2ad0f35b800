/** More requests than can be answered: what could only wait is refused at once (`src/http/overload.ts`). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { breaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import { type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { until } from '../setup/service-process.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const ORIGIN = 'https://app.example.com';
/** One has the only connection, and a hundred wait for it. */
const CALLERS = 101;

let server: TestServer;
let client: RawClient;
let authorization: string;
/** In all tests so far. */
let refused = 0;
beforeAll(async () => {
  server = await createTestServer({ environment: { DATABASE_POOL_MAX: '1', CORS_ORIGINS: ORIGIN } });
  client = createRawClient(server.server);
  authorization = await server.register();
});
afterAll(async () => {
  client.close();
  await server.destroy();
});

describe('a server on whose database a hundred requests wait', () => {
  let callers: Promise<unknown>[];
  beforeEach(() => {
    callers = Array.from({ length: CALLERS }, () => server.database.client.acquireConnection());
    for (const caller of callers) caller.catch(() => {});
  });
  afterEach(async () => {
    for (const result of await Promise.allSettled(callers)) {
      if (result.status === 'fulfilled') await server.database.client.releaseConnection(result.value);
    }
  });

  const ask = async (call: Partial<Call> = {}) => {
    const wanted = { method: 'GET', path: '/api/v1/tasks', ...call };
    const answer = await client.send({ ...wanted, headers: { authorization, ...call.headers } });
    if (answer.status === 503) refused += 1;
    return answer;
  };

  it('refuses the next one with what the contract has for it', async () => {
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable' });
    expect(breaches(operation('listTasks'), answer)).toEqual([]);
  });

  it('does nothing of what a refused one asks for, and goes on when nobody waits', async () => {
    const body = JSON.stringify({ id: '0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11', title: 'Refused' });
    const create = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    expect((await ask(create)).status).toBe(503);
    await Promise.allSettled(callers.slice(1));
    await server.database.client.releaseConnection(await callers.shift());
    expect(JSON.parse((await ask()).text).total).toBe(0);
    expect((await ask(create)).status).toBe(201);
  });

  it('says that it is alive', async () => {
    expect((await ask({ path: '/health/live' })).status).toBe(200);
  });

  it('lets scripts of the origins that it allows read the refusal, and no others', async () => {
    const answer = await ask({ headers: { origin: ORIGIN } });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringMatching(/Retry-After.*X-Request-Id/),
    });
    const other = await ask({ headers: { origin: 'https://elsewhere.example.com' } });
    expect(other.status).toBe(503);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('counts what it refuses, and tells of it in one line a second', async () => {
    const lines = () => server.lines.filter(({ msg }) => msg.startsWith('refused, because'));
    const before = lines().length;
    for (let time = 0; time < 5; time += 1) await ask();
    const told = () => lines().reduce((sum, { requests }) => sum + Number(requests), 0);
    await until(() => told() === refused, 'all of them are told of');
    expect(lines().length - before).toBeLessThan(3);
    const port = await listen(server.metricsServer, 0, '127.0.0.1');
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`^http_requests_refused_total ${refused}$`, 'm'));
  });
});
