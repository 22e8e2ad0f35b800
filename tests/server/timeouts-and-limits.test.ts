/** Clients that are slow, broken or hostile, over sockets of their own. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BODY_LIMIT } from '../../src/contract/body.ts';
import { SERVER_LIMITS } from '../../src/http/server.ts';
import { openSocket, type RawAnswer, type RawSocket, rawRequest } from '../setup/raw-socket.ts';
import { until } from '../setup/service-process.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const LIMITS = { headers: 600, request: 1_200, checkEvery: 50, linger: 200, headerBytes: 8_192 };
/** Of a server that gives time to arrive, but none to stand still. */
const IMPATIENT = { stalled: 1_500, linger: 200, connections: 200 };
/** The machine may be busy with other tests. */
const SLACK = 4_000;

let server: TestServer;
let impatient: TestServer;
let authorization: string;
beforeAll(async () => {
  server = await createTestServer({ limits: LIMITS });
  impatient = await createTestServer({ limits: IMPATIENT });
  authorization = await server.register();
});
afterAll(async () => {
  await server.destroy();
  await impatient.destroy();
});

const sockets: RawSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
async function open({ port } = server): Promise<RawSocket> {
  const socket = await openSocket(port);
  sockets.push(socket);
  return socket;
}
async function send(text: string | Buffer): Promise<RawSocket> {
  const socket = await open();
  socket.send(text);
  return socket;
}

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, request_id: answer.headers['x-request-id'] });
}

const post = (headers: Record<string, string | number>, body = '', path = '/api/v1/tasks'): string =>
  rawRequest(
    'POST',
    path,
    { Authorization: authorization, 'Content-Type': 'application/json', ...headers },
    body,
  );

async function countTasks(): Promise<number> {
  const row = await server.behind('tasks').count<{ count: string }[]>('* as count');
  return Number(row[0]?.count);
}

/** A task whose body has exactly so many bytes, most of them space. */
const bodyOf = (bytes: number): string => `{"title":"Padded"}`.padEnd(bytes);

describe('AV3 a request that does not arrive', () => {
  it.each([
    ['its headers', LIMITS.headers, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'its body',
      LIMITS.request,
      rawRequest(
        'POST',
        '/api/v1/auth/login',
        { 'Content-Type': 'application/json', 'Content-Length': 50 },
        '{"email":',
      ),
    ],
  ])('is refused with 408 when %s is late, and the connection is cut', async (_what, limit, text) => {
    const socket = await send(text);
    const answer = await socket.answer();
    expectProblem(answer, 408, 'request_timeout');
    expect(answer.headers.connection).toBe('close');
    expect(answer.ms).toBeGreaterThan(limit - 100);
    expect(answer.ms).toBeLessThan(limit + SLACK);
    // We don't close our side; the server does not wait for that.
    await socket.gone();
  });

  it('dripping byte by byte gets no longer', async () => {
    const socket = await send('GET /health/live HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.send('X-Drip: 1\r\n'), 50);
    expectProblem(await socket.answer(), 408, 'request_timeout');
    clearInterval(drip);
  });

  it('has no effect when the rest arrives after the 408', async () => {
    const before = await countTasks();
    const body = bodyOf(100);
    const socket = await send(post({ 'Content-Length': body.length }, body.slice(0, 50)));
    expectProblem(await socket.answer(), 408, 'request_timeout');
    socket.send(body.slice(50));
    await socket.gone();
    await sleep(100);
    expect(await countTasks()).toBe(before);
  });

  it('with less than its Content-Length says has no effect', async () => {
    const before = await countTasks();
    const socket = await send(post({ 'Content-Length': 100 }, '{"title":"Short"}'));
    socket.socket.end();
    await until(() => socket.closedAfter !== undefined, 'the connection is closed');
    expect(await countTasks()).toBe(before);
  });

  it('with more than its Content-Length says is refused after its part', async () => {
    const socket = await send(
      rawRequest('GET', '/health/live', { 'Content-Length': 2 }, '{}GARBAGE\r\n\r\n'),
    );
    await socket.gone();
    expect(socket.received).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(socket.received).toContain('malformed_request');
  });
});

describe('TH4 a request that is not valid HTTP', () => {
  const chunked = { 'Transfer-Encoding': 'chunked' };
  it.each([
    ['garbage', 'Hello?\r\n\r\n'],
    ['TLS', Buffer.from('16030100f0010000ec0303', 'hex')],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    ['a negative length', rawRequest('POST', '/', { 'Content-Length': -1 })],
    ['a length and chunks', rawRequest('POST', '/', { 'Content-Length': 1, ...chunked }, '0\r\n\r\n')],
    [
      'another encoding after chunks',
      rawRequest('POST', '/', { 'Transfer-Encoding': 'chunked, gzip' }, '0\r\n\r\n'),
    ],
    ['a chunk without a size', post(chunked, 'nonsense\r\n')],
    ['no Host', 'GET /health/live HTTP/1.1\r\n\r\n'],
  ])('is refused with 400: %s', async (_what, text) => {
    const socket = await send(text);
    expectProblem(await socket.answer(), 400, 'malformed_request');
    await socket.gone();
  });

  it('is refused with 431 when its headers are too large', async () => {
    const socket = await send(
      rawRequest('GET', '/health/live', { 'X-Padding': 'x'.repeat(LIMITS.headerBytes) }),
    );
    expectProblem(await socket.answer(), 431, 'request_header_too_large');
    await socket.gone();
  });

  it('any more is not answered twice', async () => {
    const chunked = { Authorization: 'Bearer nonsense', 'Transfer-Encoding': 'chunked' };
    const socket = await send(post(chunked));
    expectProblem(await socket.answer(), 401, 'unauthenticated');
    socket.send('nonsense\r\n');
    await socket.gone();
    expect(socket.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('but odd is served: HTTP/1.0 without a Host, an unknown expectation', async () => {
    const old = await send('GET /health/live HTTP/1.0\r\n\r\n');
    expect(await old.answer()).toMatchObject({ status: 200 });
    const expecting = await send(rawRequest('GET', '/health/live', { Expect: 'magic' }));
    expect(await expecting.answer()).toMatchObject({ status: 200 });
  });

  it('is in the log, in one line', async () => {
    const before = server.lines.length;
    const socket = await send('Hello?\r\n\r\n');
    const { headers } = await socket.answer();
    expect(server.lines.slice(before)).toEqual([
      expect.objectContaining({
        msg: 'connection refused',
        status: 400,
        request_id: headers['x-request-id'],
      }),
    ]);
  });
});

describe('IN11 a body', () => {
  it(`of ${BODY_LIMIT} bytes is taken, and one more is not`, async () => {
    const largest = await send(post({ 'Content-Length': BODY_LIMIT }, bodyOf(BODY_LIMIT)));
    expect(await largest.answer()).toMatchObject({ status: 201 });
    const larger = await send(post({ 'Content-Length': BODY_LIMIT + 1 }, bodyOf(BODY_LIMIT + 1)));
    expectProblem(await larger.answer(), 413, 'payload_too_large');
  });

  it('that is announced too large is refused at once, and not waited for', async () => {
    const socket = await send(post({ 'Content-Length': 1_000_000_000 }, '{"title":"'));
    const answer = await socket.answer();
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.ms).toBeLessThan(LIMITS.request);
    await socket.gone();
  });

  it.each([
    ['as soon as it is too large', true, 413, 'payload_too_large'],
    ['before it is looked at, if nobody knows the sender', false, 401, 'unauthenticated'],
  ])('without an end is refused %s, and the connection is cut', async (_when, known, status, code) => {
    const started = performance.now();
    const socket = await open(impatient);
    const token = known ? await impatient.register() : 'Bearer nonsense';
    socket.send(post({ Authorization: token, 'Transfer-Encoding': 'chunked' }));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const flood = setInterval(() => socket.send(chunk), 5);
    expectProblem(await socket.answer(), status, code);
    await until(() => socket.socket.destroyed, 'the flood is cut off');
    clearInterval(flood);
    expect(performance.now() - started).toBeLessThan(SERVER_LIMITS.request / 2);
  });

  it('that is a compressed bomb is refused without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(BODY_LIMIT);
    const socket = await send(post({ 'Content-Encoding': 'gzip', 'Content-Length': bomb.length }));
    socket.send(bomb);
    const { status } = await socket.answer();
    expect([413, 415]).toContain(status);
  });
});

describe('AV3 a client that does not read', () => {
  it('is cut off when nothing moves, and leaves nothing behind', async () => {
    const { socket, isOpen } = await openWatched(impatient);
    socket.socket.pause();
    // Answers of some 50 kB each, more than all buffers on the way hold together.
    socket.send(rawRequest('GET', '/openapi.json').repeat(400));
    await until(() => !isOpen(), 'the connection is gone');
    expect(await fetch(`${impatient.origin}/health/live`)).toMatchObject({ status: 200 });
  });

  it('and one that sends nothing at all, likewise, without a word', async () => {
    const { socket, isOpen } = await openWatched(server);
    expect(isOpen()).toBe(true);
    await until(() => !isOpen(), 'the connection is gone');
    expect(socket.received).toBe('');
  });
});

/** A connection together with what the server thinks of it. */
async function openWatched(target: TestServer): Promise<{ socket: RawSocket; isOpen: () => boolean }> {
  const accepted = once(target.server, 'connection');
  const socket = await open(target);
  const [near]: Socket[] = await accepted;
  return { socket, isOpen: () => near?.destroyed === false };
}

describe('AV2 the number of connections', () => {
  it('is limited; who is there is served on', async () => {
    const first = await open(impatient);
    first.send(rawRequest('GET', '/health/live'));
    await first.answer();
    const dropped = once(impatient.server, 'drop');
    await Promise.all(Array.from({ length: IMPATIENT.connections + 20 }, () => open(impatient)));
    await dropped;
    const before = first.received.length;
    first.send(rawRequest('GET', '/health/live'));
    await until(() => first.received.length === 2 * before, 'it is answered again');
  });
});
