import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await createTestServer();
  port = await listen(server.metricsServer, 0, '127.0.0.1');
});
afterAll(() => server.destroy());

const metrics = async (): Promise<string> =>
  (await request(`http://127.0.0.1:${port}`).get('/metrics').expect(200)).text;

it('operators see what waits and what has failed for good', async () => {
  expect(await metrics()).not.toContain('jobs{');
  await server.register();
  await server.register();
  expect(await metrics()).toContain('jobs{queue="mail",state="created"} 2');
  await server.behind.raw(
    `update pgboss.job set source_name = 'mail', name = 'dead_letters'
     where id = (select id from pgboss.job where name = 'mail' limit 1)`,
  );
  const text = await metrics();
  expect(text).toContain('jobs{queue="mail",state="dead"} 1');
  expect(text).toContain('jobs{queue="mail",state="created"} 1');
});

it('the rest can be read when the queues can not', async () => {
  await server.behind.raw('alter schema pgboss rename to pgboss_elsewhere');
  const text = await metrics();
  expect(text).not.toContain('jobs{');
  expect(text).toContain('database_connections');
});
