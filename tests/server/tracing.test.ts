/** What a trace tells: OpenTelemetry against a collector that keeps what it gets, with the server as a process of its own. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Collector, type Received, startCollector } from '../setup/collector.ts';
import { type ServiceProcess, startServiceProcess } from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { registerAt } from '../setup/test-server.ts';
import { startForTest } from './support/service.ts';

const HEX = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const SAMPLED = `00-${HEX.trace}-${HEX.span}-01`;
const UNSAMPLED = `00-4bf92f3577b34da6a3ce929d0e0e4737-${HEX.span}-00`;

let database: TestDatabase;
let collector: Collector;
let service: ServiceProcess;
let origin: string;
let authorization: string;

const environmentOf = (endpoint: string): Record<string, string> => ({
  DATABASE_URL: database.url,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cr3t-of-the-collector',
  OTEL_SERVICE_NAME: 'tasks-eu',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
});

beforeAll(async () => {
  database = await createTestDatabase();
  collector = await startCollector();
  service = startServiceProcess(environmentOf(collector.endpoint));
  origin = (await service.ready()).origin;
  authorization = await registerAt(origin);
});
afterAll(async () => {
  await service.destroy();
  await collector.close();
  await database.drop();
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
  const answer = await send('POST', '/api/v1/tasks', { 'x-request-id': 'traced-create' }, { title: 'Milk' });
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

it('a statement that fails says with which code', async () => {
  const path = '/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057';
  await send('GET', path);
  const client = new pg.Client(database.url);
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('begin; lock table tasks in access exclusive mode');
  const answer = await send('GET', path, { 'x-request-id': 'traced-locked' });
  expect(answer.status).toBe(503);
  const span = await serverSpan('traced-locked');
  expect(span).toMatchObject({ failed: true, attributes: { 'error.type': 'unavailable' } });
  const statement = childrenOf(span).find(({ failed }) => failed);
  // lock_not_available
  expect(statement?.attributes).toMatchObject({ 'error.type': '55P03' });
  expect(statement?.name).toContain('SELECT tasks');
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

it('a sampler by ratio takes none at 0', async () => {
  const unasked = await startCollector();
  onTestFinished(unasked.close);
  const { service, origin } = await startForTest({
    ...environmentOf(unasked.endpoint),
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  await registerAt(origin);
  await fetch(`${origin}/api/v1/me`, { headers: { traceparent: SAMPLED } });
  service.signal('SIGTERM');
  await service.ended();
  expect(unasked.spans).toEqual([]);
});
