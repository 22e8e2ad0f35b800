/** Stopping under load: what was accepted is answered, and nobody can hold up the end. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, rawRequest } from '../setup/raw-socket.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { createTestServer, registerAt } from '../setup/test-server.ts';

let database: TestDatabase;
let client: pg.Client;
/** Holds a lock. */
let holder: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  holder = new pg.Client({ connectionString: database.url });
  await client.connect();
  await holder.connect();
});
afterAll(async () => {
  await client.end();
  await holder.end();
  await database.drop();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  shutdownDelay: string,
): Promise<{ service: ServiceProcess; origin: string; port: number }> {
  const service = startServiceProcess({
    DATABASE_URL: database.url,
    JWT_SECRET,
    SHUTDOWN_DELAY: shutdownDelay,
    LOG_LEVEL: 'info',
  });
  cleanups.push(service.destroy);
  return { service, ...(await service.ready()) };
}

/** How one request went: its status and `Connection` header, or why there is none. */
interface Outcome {
  readonly status?: number;
  readonly connection?: string | undefined;
  readonly body?: string;
  readonly error?: string;
  /** Whether it went over a connection on which the server had answered before. */
  readonly reused: boolean;
}

function createTask(port: number, agent: Agent, authorization: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json' };
    const target = { host: '127.0.0.1', port, agent, method: 'POST', path: '/api/v1/tasks', headers };
    const outgoing = request(target, (incoming: IncomingMessage) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      const { statusCode: status = 0, headers } = incoming;
      incoming.once('end', () =>
        resolve({ status, connection: headers.connection, body, reused: outgoing.reusedSocket }),
      );
    });
    outgoing.once('error', (error) => resolve({ error: error.message, reused: outgoing.reusedSocket }));
    outgoing.end('{"title":"Under load"}');
  });
}

/** Clients that each send one request after the other over a connection that they keep, until they are told to stop. */
function startClients(count: number, port: number, authorization: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  cleanups.push(() => agent.destroy());
  const outcomes: Outcome[] = [];
  let going = true;
  const client = async (): Promise<void> => {
    while (going) {
      const outcome = await createTask(port, agent, authorization);
      outcomes.push(outcome);
      // A refused connection: the server is gone.
      if (outcome.error !== undefined) return;
    }
  };
  const clients = Array.from({ length: count }, client);
  return {
    outcomes,
    stop: async () => {
      going = false;
      await Promise.all(clients);
    },
    ended: Promise.all(clients),
  };
}

const readiness = async (origin: string): Promise<number> => (await fetch(`${origin}/health/ready`)).status;

async function storedTasks(): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from tasks');
  return rows[0]?.count ?? 0;
}

describe('a stop under the load of 20 clients', () => {
  it('fails no request when the load balancer looks at the readiness', async () => {
    const { service, origin, port } = await start('3s');
    const storedBefore = await storedTasks();
    const load = startClients(20, port, await registerAt(origin));
    await until(() => load.outcomes.length > 100, 'the load is on');
    expect(await readiness(origin)).toBe(200);
    const answeredBefore = load.outcomes.length;

    service.signal('SIGTERM');
    await until(async () => (await readiness(origin)) === 503, 'the server is not ready any more');
    // A load balancer takes a moment; until it has noticed, everything is served as before.
    const noticed = load.outcomes.length;
    await until(() => load.outcomes.length > noticed + 40, 'requests are still served');
    await load.stop();

    expect(await service.ended()).toMatchObject({ code: 0 });
    const statuses = new Set(load.outcomes.map(({ status, error }) => error ?? status));
    expect([...statuses]).toEqual([201]);
    expect(await storedTasks()).toBe(storedBefore + load.outcomes.length);
    expect(
      load.outcomes.slice(0, answeredBefore).every(({ connection }) => connection === 'keep-alive'),
    ).toBe(true);
    // Each client may have had one answer on its way when the server began to stop.
    expect(load.outcomes.slice(noticed + 20).every(({ connection }) => connection === 'close')).toBe(true);
  });

  it('breaks no connection that it has answered on, even when nobody looks at the readiness', async () => {
    const { service, origin, port } = await start('0s');
    const storedBefore = await storedTasks();
    const load = startClients(20, port, await registerAt(origin));
    await until(() => load.outcomes.length > 100, 'the load is on');
    service.signal('SIGTERM');
    await load.ended;
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(load.outcomes.filter(({ error, reused }) => error !== undefined && reused)).toEqual([]);
    const answered = load.outcomes.filter(({ status }) => status === 201).length;
    expect(answered).toBe(load.outcomes.filter(({ error }) => error === undefined).length);
    expect(await storedTasks()).toBe(storedBefore + answered);
  });
});

describe('a request that takes its time', () => {
  it('is finished', async () => {
    const { service, origin, port } = await start('0s');
    const authorization = await registerAt(origin);
    const agent = new Agent({ keepAlive: true });
    cleanups.push(() => agent.destroy());
    const { body = '' } = await createTask(port, agent, authorization);
    const { id } = JSON.parse(body) as { id: string };
    await holder.query('begin');
    await holder.query('select 1 from tasks where id = $1 for update', [id]);
    const slow = fetch(`${origin}/api/v1/tasks/${id}`, {
      method: 'PATCH',
      headers: { Authorization: authorization, 'Content-Type': 'application/merge-patch+json' },
      body: '{"title":"Late"}',
    });
    await until(isAnybodyWaiting, 'the request waits for the lock');

    service.signal('SIGTERM');
    await service.logged('stopping');
    await sleep(500);
    await holder.query('commit');
    const answer = await slow;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Connection')).toBe('close');
    expect(await answer.json()).toMatchObject({ title: 'Late' });
    expect(await service.ended()).toMatchObject({ code: 0 });
  });
});

async function isAnybodyWaiting(): Promise<boolean> {
  const { rows } = await client.query<{ waiting: boolean }>(
    'select count(*) > 0 as waiting from pg_stat_activity where datname = current_database() and wait_event_type = $1',
    ['Lock'],
  );
  return rows[0]?.waiting === true;
}

describe('clients that say nothing', () => {
  it('are let go soon when they have sent nothing, or have had their answer', async () => {
    const { service, port } = await start('0s');
    const silent = await Promise.all(Array.from({ length: 5 }, () => openSocket(port)));
    const idle = await openSocket(port);
    for (const { destroy } of [...silent, idle]) cleanups.push(destroy);
    idle.send(rawRequest('GET', '/health/live'));
    expect(await idle.answer()).toMatchObject({ status: 200 });
    const asked = performance.now();
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
    // A second for their last words; the deadline is ten.
    expect(performance.now() - asked).toBeLessThan(7_000);
  });

  it('in the middle of a request are cut at the deadline', async () => {
    const drain = 1_500;
    const server = await createTestServer({ limits: { linger: 100, drain } });
    cleanups.push(server.destroy);
    const halves = await Promise.all(Array.from({ length: 3 }, () => openSocket(server.port)));
    for (const { destroy } of halves) cleanups.push(destroy);
    halves[0]?.send('GET /health/live HTTP/1.1\r\nHost: loc');
    halves[1]?.send(rawRequest('POST', '/api/v1/auth/login', { 'Content-Length': 100 }, '{"email":'));
    halves[2]?.send(`${rawRequest('GET', '/health/live')}GET /he`);
    await halves[2]?.answer();
    await sleep(100);

    const started = performance.now();
    await server.close(0);
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(drain - 100);
    expect(took).toBeLessThan(drain + 5_000);
    for (const half of halves) await until(() => half.closedAfter !== undefined, 'the connection is gone');
  });
});
