/** What the clients see when the database is slow, cut off or gone: 503 in good time, and never for longer than needed. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from '../setup/service-process.ts';
import { addressOf, createTcpProxy, type TcpProxy, throughPort } from '../setup/tcp-proxy.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const POOL = 3;
/** Milliseconds after which we promise to give up waiting for a connection, for a lock, and for any answer at all. */
const LIMITS = { acquire: 1_000, lock: 3_000, query: 6_000 };
/** The machine may be busy with other tests. */
const SLACK = 1_500;

let proxy: TcpProxy;
let server: TestServer;
let authorization: string;
/** A connection beside the server's. */
let client: pg.Client;
beforeAll(async () => {
  let directUrl = '';
  // The proxy needs the address, which is known only once the database is made.
  const address = addressOf(inject('servedUrl'));
  proxy = await createTcpProxy(address);
  server = await createTestServer({
    environment: { DATABASE_POOL_MAX: String(POOL) },
    reach: (url) => {
      directUrl = url;
      return throughPort(url, proxy.port);
    },
  });
  client = new pg.Client({ connectionString: directUrl });
  await client.connect();
  authorization = await server.register();
});
afterEach(() => client.query('rollback'));
afterAll(async () => {
  await client.end();
  await server.destroy();
  await proxy.close();
});

interface Outcome {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

async function get(path: string): Promise<Outcome> {
  const started = performance.now();
  const answer = await fetch(server.origin + path, { headers: { Authorization: authorization } });
  const body = (await answer.json()) as Record<string, unknown>;
  return {
    status: answer.status,
    ms: performance.now() - started,
    retryAfter: answer.headers.get('Retry-After'),
    body,
  };
}

/** One statement, and nothing else: 404 when it went well, for there is no such task. */
const getTask = (): Promise<Outcome> => get('/api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a');
const several = (count: number): Promise<Outcome[]> => Promise.all(Array.from({ length: count }, getTask));

function expectUnavailable(outcome: Outcome, within: number): void {
  expect(outcome).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'unavailable', status: 503 } });
  expect(outcome.ms).toBeLessThan(within + SLACK);
}

async function isWaiting(count: number): Promise<boolean> {
  // Not by the connection that holds the lock: within a transaction the view stays as it was first seen.
  const waiting = await server
    .behind('pg_stat_activity')
    .whereRaw('datname = current_database()')
    .where({ wait_event_type: 'Lock' });
  return waiting.length === count;
}

describe('AV3 statements that wait', () => {
  it('are given up, and the connection serves the next', async () => {
    await client.query('begin');
    await client.query('lock table tasks in access exclusive mode');
    const held = several(POOL);
    await until(() => isWaiting(POOL), 'every connection waits for the lock');

    // Nothing is left for others: they hear so soon, and what needs no database is not concerned.
    const [refused, live] = await Promise.all([getTask(), get('/health/live')]);
    expectUnavailable(refused, LIMITS.acquire);
    expect(live).toMatchObject({ status: 200 });
    expect(live.ms).toBeLessThan(SLACK);

    for (const outcome of await held) expectUnavailable(outcome, LIMITS.lock);
    await client.query('rollback');
    expect((await several(POOL)).map(({ status }) => status)).toEqual(Array(POOL).fill(404));
  });
});

describe('connections that are ended', () => {
  it('cost one failure each at most, and the process lives on', async () => {
    await several(POOL);
    const outcomes: Outcome[] = [];
    let going = true;
    const load = Promise.all(
      Array.from({ length: POOL }, async () => {
        while (going) outcomes.push(await getTask());
      }),
    );
    await until(() => outcomes.length > 20, 'the load is on');
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const ended = outcomes.length;
    await until(() => outcomes.length > ended + 50, 'requests are served again');
    going = false;
    await load;
    const failures = outcomes.filter(({ status }) => status !== 404);
    expect(failures.length).toBeLessThanOrEqual(rowCount ?? 0);
    for (const failure of failures) expectUnavailable(failure, 0);
    expect(outcomes.slice(-20).map(({ status }) => status)).toEqual(Array(20).fill(404));
  });

  it('while nobody uses them cost nothing', async () => {
    await several(POOL);
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await sleep(200);
    expect((await several(POOL)).map(({ status }) => status)).toEqual(Array(POOL).fill(404));
  });
});

describe('AV3 a network that swallows everything', () => {
  it('delays an answer by no more than the limits, and is forgotten once it heals', async () => {
    await several(POOL);
    proxy.blackhole();
    const [live, ...outcomes] = await Promise.all([
      get('/health/live'),
      get('/health/ready'),
      ...Array.from({ length: POOL + 2 }, getTask),
    ]);
    expect(live).toMatchObject({ status: 200 });
    for (const outcome of outcomes) expectUnavailable(outcome, LIMITS.query + LIMITS.acquire);
    // Those beyond the pool do not wait as long as those in it.
    const quick = outcomes.filter(({ ms }) => ms < LIMITS.acquire + SLACK);
    expect(quick.length).toBeGreaterThanOrEqual(2);

    proxy.heal();
    await until(async () => (await getTask()).status === 404, 'the first request is served');
    expect((await several(10)).map(({ status }) => status)).toEqual(Array(10).fill(404));
    expect(await get('/health/ready')).toMatchObject({ status: 200 });
  });
});
