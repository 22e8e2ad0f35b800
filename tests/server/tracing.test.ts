/** OpenTelemetry against a collector that keeps what it gets, with the server as a process of its own. */
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { summarise } from '../../src/tracing/statements.ts';
import { type Collector, type Received, startCollector } from '../setup/collector.ts';
import { type ServiceProcess, startServiceProcess } from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { registerAt } from '../setup/test-server.ts';

const HEX = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const SAMPLED = `00-${HEX.trace}-${HEX.span}-01`;
const UNSAMPLED = `00-4bf92f3577b34da6a3ce929d0e0e4737-${HEX.span}-00`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const environmentOf = (endpoint: string): Record<string, string> => ({
  DATABASE_URL: database.url,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cr3t-of-the-collector',
  OTEL_SERVICE_NAME: 'tasks-eu',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
});

/** A server whose spans go there; killed after the test if it still lives. */
async function start(environment: Record<string, string>, node: string[] = []) {
  const service = startServiceProcess(environment, { node });
  onTestFinished(() => service.destroy());
  const { origin } = await service.ready();
  return { service, origin };
}

describe('with a collector', () => {
  let collector: Collector;
  let service: ServiceProcess;
  let origin: string;
  let authorization: string;
  beforeAll(async () => {
    collector = await startCollector();
    service = startServiceProcess(environmentOf(collector.endpoint));
    origin = (await service.ready()).origin;
    authorization = await registerAt(origin);
  });
  afterAll(async () => {
    await service.destroy();
    await collector.close();
  });

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
    fetch(`${origin}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const serverSpan = (requestId: string): Promise<Received> =>
    collector.find(({ attributes }) => attributes['taskpact.request_id'] === requestId);
  const childrenOf = ({ spanId }: Received): Received[] =>
    collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId);

  it('a request is a span that is named by its route, with its statements below it', async () => {
    const answer = await send(
      'POST',
      '/api/v1/tasks',
      { 'x-request-id': 'traced-create' },
      { title: 'Milk' },
    );
    expect(answer.status).toBe(201);
    const span = await serverSpan('traced-create');
    expect(span).toMatchObject({ name: 'POST /api/v1/tasks', kind: 2, failed: false });
    expect(span.parentSpanId).toBeUndefined();
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'http.route': '/api/v1/tasks',
      'network.protocol.version': '1.1',
      'taskpact.operation_id': 'createTask',
      'taskpact.request_id': 'traced-create',
      'url.scheme': 'http',
    });
    const statements = childrenOf(span);
    expect(statements.map(({ kind }) => kind)).toEqual(statements.map(() => 3));
    const write = statements.find(({ name }) => name.includes('INSERT tasks'));
    expect(write).toMatchObject({
      traceId: span.traceId,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': write?.name },
    });
    expect(write?.name).toContain('INSERT events');
  });

  it('says whose service it is, with the key of the collector', async () => {
    await send('GET', '/api/v1/me', { 'x-request-id': 'traced-resource' });
    const { resource } = await serverSpan('traced-resource');
    expect(resource).toMatchObject({
      'service.name': 'tasks-eu',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/),
      'deployment.environment.name': 'test',
    });
    expect(collector.headers[0]).toMatchObject({
      'api-key': 's3cr3t-of-the-collector',
      'content-type': 'application/json',
    });
  });

  it('a trace that comes in goes on, unless its header is malformed', async () => {
    await send('GET', '/api/v1/tasks', { 'x-request-id': 'traced-on', traceparent: SAMPLED });
    expect(await serverSpan('traced-on')).toMatchObject({ traceId: HEX.trace, parentSpanId: HEX.span });
    for (const [id, traceparent] of Object.entries({
      'traced-not-1': `00-${'0'.repeat(32)}-${HEX.span}-01`,
      'traced-not-2': 'x'.repeat(5_000),
      'traced-not-3': `${SAMPLED}, ${SAMPLED}`,
    })) {
      await send('GET', '/api/v1/tasks', { 'x-request-id': id, traceparent });
      const span = await serverSpan(id);
      expect([id, span.parentSpanId, span.traceId === HEX.trace]).toEqual([id, undefined, false]);
    }
  });

  it('who began the trace decides whether it is kept', async () => {
    await send('GET', '/api/v1/me', { 'x-request-id': 'traced-unsampled', traceparent: UNSAMPLED });
    await send('GET', '/api/v1/me', { 'x-request-id': 'traced-after' });
    await serverSpan('traced-after');
    const ids = collector.spans.map(({ attributes }) => attributes['taskpact.request_id']);
    expect(ids).not.toContain('traced-unsampled');
  });

  it('lines of the log name the trace, and the problem names the request', async () => {
    const answer = await send('GET', '/api/v1/tasks/00000000-0000-7000-8000-000000000000', {
      traceparent: SAMPLED,
    });
    const { request_id: requestId } = (await answer.json()) as { request_id: string };
    const span = await serverSpan(requestId);
    expect(span.attributes).toMatchObject({
      'http.route': '/api/v1/tasks/{task_id}',
      'http.response.status_code': 404,
      'taskpact.problem': 'not_found',
    });
    expect(span.failed).toBe(false);
    const line = service.lines.find(({ msg, request_id }) => msg === 'request' && request_id === requestId);
    expect(line).toMatchObject({ trace_id: HEX.trace, span_id: span.spanId });
  });

  it('a mail is sent below the request that has caused it', async () => {
    await fetch(`${origin}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'traced-register' },
      body: JSON.stringify({ email: 'traced@example.com', password: 'correct horse battery' }),
    });
    const span = await serverSpan('traced-register');
    const isOf = ({ traceId, name }: Received, wanted: string) => traceId === span.traceId && name === wanted;
    const job = await collector.find((found) => isOf(found, 'job mail'));
    expect(job).toMatchObject({
      kind: 5,
      parentSpanId: span.spanId,
      attributes: { 'taskpact.job': 'mail', 'taskpact.job.attempt': 1 },
    });
    const delivery = await collector.find((found) => isOf(found, 'send mail'));
    expect(delivery).toMatchObject({ kind: 3, parentSpanId: job.spanId, failed: false });
    expect(childrenOf(job).some(({ name }) => name.includes('users'))).toBe(true);
    const line = service.lines.find(({ msg, trace_id }) => msg === 'mail sent' && trace_id === span.traceId);
    expect(line).toMatchObject({ span_id: job.spanId });
  });

  it('what is not in the contract has no name of its own, and probes make no span', async () => {
    await send('GET', '/health/ready', { 'x-request-id': 'traced-probe' });
    await send('GET', '/elsewhere/secret-path', { 'x-request-id': 'traced-elsewhere' });
    const span = await serverSpan('traced-elsewhere');
    expect(span.name).toBe('GET');
    expect(span.attributes).not.toHaveProperty('http.route');
    const ids = collector.spans.map(({ attributes }) => attributes['taskpact.request_id']);
    expect(ids).not.toContain('traced-probe');
    expect(collector.spans.filter(({ parentSpanId, kind }) => kind === 3 && !parentSpanId)).toEqual([]);
  });

  it('nothing in a trace tells who it was, or what was in it', async () => {
    await send('POST', '/api/v1/tasks', {}, { title: 'canary-title', description: 'canary-description' });
    await send('GET', '/api/v1/tasks?q=canary-search', { 'user-agent': 'canary-agent' });
    const me = (await (await send('GET', '/api/v1/me')).json()) as { id: string; email: string };
    await send('GET', `/api/v1/users/${me.id}/tasks`, { 'x-request-id': 'traced-last' });
    await serverSpan('traced-last');
    const sent = collector.raw.join('\n');
    expect(sent).toContain('/api/v1/users/{user_id}/tasks');
    for (const secret of ['canary', me.id, me.email, '127.0.0.1', 'secret-path', authorization.slice(7)])
      expect([secret, sent.includes(secret)]).toEqual([secret, false]);
  });
});

describe('at its edges', { timeout: 120_000 }, () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
    return () => collector.close();
  });

  it('a stop sends what waits', async () => {
    const { service, origin } = await start(environmentOf(collector.endpoint));
    await registerAt(origin);
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(collector.spans.map(({ name }) => name)).toContain('POST /api/v1/auth/register');
  });

  it('a sampler by ratio takes none at 0', async () => {
    const { service, origin } = await start({
      ...environmentOf(collector.endpoint),
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await registerAt(origin);
    await fetch(`${origin}/api/v1/me`, { headers: { traceparent: SAMPLED } });
    service.signal('SIGTERM');
    await service.ended();
    expect(collector.spans).toEqual([]);
  });

  it('a statement that fails says with which code', async () => {
    const { service, origin } = await start(environmentOf(collector.endpoint));
    const authorization = await registerAt(origin);
    const path = '/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057';
    await fetch(`${origin}${path}`, { headers: { authorization } });
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query('begin; lock table tasks in access exclusive mode');
    const answer = await fetch(`${origin}${path}`, {
      headers: { authorization, 'x-request-id': 'traced-locked' },
    });
    await client.query('rollback');
    await client.end();
    expect(answer.status).toBe(503);
    service.signal('SIGTERM');
    await service.ended();
    const request = await collector.find(
      ({ attributes }) => attributes['taskpact.request_id'] === 'traced-locked',
    );
    expect(request).toMatchObject({ failed: true, attributes: { 'error.type': 'unavailable' } });
    const statement = collector.spans.find(
      ({ parentSpanId, failed }) => failed && parentSpanId === request.spanId,
    );
    // lock_not_available
    expect(statement?.attributes).toMatchObject({ 'error.type': '55P03' });
    expect(statement?.name).toContain('SELECT tasks');
  });

  it.each(['dead', 'silent'])(
    'a collector that is %s slows nobody down, and holds up a stop for a moment',
    async (how) => {
      const { service, origin } = await start(environmentOf(collector.endpoint));
      const authorization = await registerAt(origin);
      if (how === 'dead') await collector.close();
      else collector.fallSilent();
      const request = () =>
        fetch(`${origin}/api/v1/me`, { headers: { authorization } }).then((r) => r.status);
      const began = performance.now();
      // Several times as many spans as may wait.
      for (let round = 0; round < 40; round += 1) {
        const statuses = await Promise.all(Array.from({ length: 100 }, request));
        expect(new Set(statuses)).toEqual(new Set([200]));
      }
      expect(performance.now() - began).toBeLessThan(40_000);
      await service.logged('traces can not be delivered');
      const reports = service.lines.filter(({ msg }) => msg === 'traces can not be delivered');
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({ level: 'warn' });
      const stopping = performance.now();
      service.signal('SIGTERM');
      expect(await service.ended()).toMatchObject({ code: 0 });
      expect(performance.now() - stopping).toBeLessThan(8_000);
    },
  );

  it('says when the collector is back', async () => {
    const { service, origin } = await start(environmentOf(collector.endpoint));
    const port = Number(new URL(collector.endpoint).port);
    await collector.close();
    await registerAt(origin);
    await service.logged('traces can not be delivered');
    const answering = createServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'),
      );
      socket.on('error', () => {});
    });
    await listen(answering, port, '127.0.0.1');
    onTestFinished(() => new Promise((resolve) => void answering.close(() => resolve())));
    await registerAt(origin);
    await service.logged('traces are delivered again');
  });
});

/** Says on standard error which packages of OpenTelemetry are loaded. */
const WATCH = `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) {
    const [, name] = /node_modules\\/@opentelemetry\\/([\\w-]+)/.exec(url) ?? [];
    if (name !== undefined) process.stderr.write('loaded ' + name + '\\n');
    return next(url, context);
  } });`;

describe('what is loaded', () => {
  const loadedBy = async (environment: Record<string, string>) => {
    const watch = ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`];
    const { service, origin } = await start({ DATABASE_URL: database.url, ...environment }, watch);
    await registerAt(origin);
    service.signal('SIGTERM');
    await service.ended();
    const names = new Set(service.output.stderr.match(/(?<=^loaded ).*$/gm));
    return { names: [...names].sort(), isNamed: service.lines.some((line) => 'trace_id' in line) };
  };

  it('without a collector, nothing of OpenTelemetry but what prom-client brings', async () => {
    expect(await loadedBy({})).toEqual({ names: ['api'], isNamed: false });
  });

  it('with one, all that is needed', async () => {
    const { names, isNamed } = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    expect(names).toEqual(
      expect.arrayContaining(['core', 'exporter-trace-otlp-http', 'resources', 'sdk-trace']),
    );
    expect(isNamed).toBe(true);
  });
});

describe('the summary of a statement', () => {
  it.each([
    ['select * from "tasks" where "user_id" = $1', 'SELECT tasks'],
    [
      'select a.x from users as a join user_emails e on true, lateral (select 1) y',
      'SELECT users SELECT user_emails',
    ],
    ['insert into "pgboss"."job" (id) values ($1) on conflict do nothing', 'INSERT pgboss.job'],
    ['insert into a (x) values (1) on conflict (x) do update set x = 2', 'INSERT a'],
    ['select id from tasks for update skip locked', 'SELECT tasks'],
    ['select id from tasks where x is distinct from y', 'SELECT tasks'],
    ['update tasks set x = extract(epoch from now())', 'UPDATE tasks'],
    ['delete from only x', 'DELETE x'],
    [
      'with ready as (select 1 from guard), \n w as materialized (update tasks set a = 1 returning a) select * from w, ready',
      'SELECT guard UPDATE tasks',
    ],
    ['BEGIN;', 'BEGIN'],
    ['', 'SQL'],
  ])('%s', (sql, summary) => {
    expect(summarise(sql)).toBe(summary);
  });

  it('is not longer than conventions allow, however long the statement', () => {
    const sql = Array.from({ length: 1_000 }, (_, index) => `select 1 from table_${index}`).join(' union ');
    expect(summarise(sql)).toHaveLength(255);
  });
});
