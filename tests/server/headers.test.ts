/** Headers that do not depend on the operation: protection, request ids, origins, compression; and what lies beside the API. */
import { readFile } from 'node:fs/promises';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listen } from '../../src/http/server.ts';
import { openSocket, rawRequest } from '../setup/raw-socket.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const ORIGIN = 'https://app.example.com';
const TASKS = '/api/v1/tasks';

let server: TestServer;
let closed: TestServer;
let authorization: string;
beforeAll(async () => {
  server = await createTestServer({ environment: { CORS_ORIGINS: `${ORIGIN}, http://localhost:5173` } });
  closed = await createTestServer();
  authorization = await server.register();
});
afterAll(async () => {
  await server.destroy();
  await closed.destroy();
});

const api = () => request(server.origin);
const ask = (method: 'get' | 'post' | 'put' | 'delete' | 'options', path: string) =>
  api()[method](path).set('Authorization', authorization);

describe('protection', () => {
  it('is on every answer alike', async () => {
    const { body } = await ask('post', TASKS).send({ title: 'Short-lived' }).expect(201);
    const own = `${TASKS}/${body.id}`;
    const answers = [
      await ask('get', own).expect(200),
      await ask('get', own).set('If-None-Match', '*').expect(304),
      await ask('delete', own).expect(204),
      await ask('get', own).expect(404),
      await api().get(own).expect(401),
      await ask('put', TASKS).expect(405),
      await ask('post', TASKS).set('Content-Type', 'text/plain').send('x').expect(415),
      await ask('post', TASKS).send({}).expect(422),
      await api().get('/nowhere').expect(404),
      await api().get('/health/live').expect(200),
      await api().get('/openapi.json').expect(200),
    ];
    for (const { headers, status } of answers) {
      expect({ status, ...headers }).toMatchObject({
        status,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': expect.stringMatching(/no-(cache|store)/),
      });
      expect(Object.keys(headers)).not.toContain('x-powered-by');
      expect(Object.keys(headers)).not.toContain('server');
    }
  });
});

describe('X-Request-Id', () => {
  const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
  const idOf = async (given: string): Promise<string | undefined> => {
    const { headers } = await api().get('/nowhere').set('X-Request-Id', given);
    return headers['x-request-id'];
  };

  it('is made when there is none, and is in the problem too', async () => {
    const { headers, body } = await api().get('/nowhere').expect(404);
    expect(headers['x-request-id']).toMatch(UUID);
    expect(body.request_id).toBe(headers['x-request-id']);
  });

  it('is kept when it is well-formed', async () => {
    for (const id of ['0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a', 'trace_0123456789-abcdef'])
      expect(await idOf(id)).toBe(id);
  });

  it.each([
    '',
    ' ',
    'short',
    'x'.repeat(500),
    'with spaces in it',
    '<script>alert(1)</script>',
    '"quoted-and-long"',
    'ünïcödé-ünïcödé',
  ])('is replaced when it is %j', async (id) => {
    expect(await idOf(Buffer.from(id).toString('latin1'))).toMatch(UUID);
  });

  it('is replaced when there are two', async () => {
    const socket = await openSocket(server.port);
    socket.send(
      'GET /nowhere HTTP/1.1\r\nHost: a\r\nX-Request-Id: trace-number-1\r\nX-Request-Id: trace-number-2\r\n\r\n',
    );
    const { headers } = await socket.answer();
    expect(headers['x-request-id']).toMatch(UUID);
    socket.destroy();
  });
});

describe('another origin', () => {
  const corsHeaders = (headers: Record<string, string>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  const preflight = (target: TestServer, origin: string) =>
    request(target.origin)
      .options(`${TASKS}/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a`)
      .set('Origin', origin)
      .set('Access-Control-Request-Method', 'PATCH')
      .set('Access-Control-Request-Headers', 'authorization,content-type,if-match,if-none-match');

  it.each([ORIGIN, 'http://localhost:5173'])('may do everything when it is %s', async (origin) => {
    const { headers } = await preflight(server, origin).expect(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
    const methods = headers['access-control-allow-methods']?.split(/, ?/);
    expect(methods).toEqual(expect.arrayContaining(['GET', 'PUT', 'PATCH', 'DELETE']));
    const allowed = headers['access-control-allow-headers']?.toLowerCase().split(/, ?/);
    expect(allowed).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match', 'if-none-match']),
    );
    const answer = await ask('get', TASKS).set('Origin', origin).expect(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    const exposed = answer.headers['access-control-expose-headers']?.split(/, ?/);
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Content-Disposition',
        'ETag',
        'Link',
        'Location',
        'Retry-After',
        'X-Request-Id',
      ]),
    );
  });

  it.each([
    'https://app.example.com.evil.example',
    'https://evil-app.example.com',
    'https://app.example.com:8443',
    'http://app.example.com',
    'https://example.com',
    'null',
    'file://',
    `${ORIGIN}, https://evil.example`,
  ])('gets no leave when it is %s', async (origin) => {
    for (const answer of [await preflight(server, origin), await ask('get', TASKS).set('Origin', origin)]) {
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toContain('Origin');
    }
  });

  it('is not spoken of when CORS_ORIGINS is not set', async () => {
    expect(corsHeaders((await preflight(closed, ORIGIN)).headers)).toEqual([]);
    const { headers } = await request(closed.origin).get('/health/live').set('Origin', ORIGIN).expect(200);
    expect(corsHeaders(headers)).toEqual([]);
  });
});

describe('OPTIONS', () => {
  it('tells the methods of a path, and only of one that exists', async () => {
    const { headers, text } = await api().options(TASKS).expect(204);
    expect(headers.allow?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
    expect(text).toBe('');
    await api().options('/nowhere').expect(404);
    const asterisk = await openSocket(server.port);
    asterisk.send(rawRequest('OPTIONS', '*'));
    expect(await asterisk.answer()).toMatchObject({ status: 404 });
    asterisk.destroy();
  });
});

describe('compression', () => {
  it('is for large answers and clients that ask for it', async () => {
    const large = await api().get('/openapi.json').set('Accept-Encoding', 'gzip').expect(200);
    expect(large.headers['content-encoding']).toBe('gzip');
    expect(large.headers.vary).toContain('Accept-Encoding');
    expect(large.body.openapi).toBe('3.1.0');
    const plain = await api().get('/openapi.json').set('Accept-Encoding', 'identity').expect(200);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.headers.vary).toContain('Accept-Encoding');
    expect(plain.body).toEqual(large.body);
    const small = await api().get('/health/live').set('Accept-Encoding', 'gzip').expect(200);
    expect(small.headers).not.toHaveProperty('content-encoding');
  });
});

describe('beside the API', () => {
  it('the contract is served as it is', async () => {
    const source = await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8');
    const yaml = await api()
      .get('/openapi.yaml')
      .buffer(true)
      .expect(200)
      .expect('Content-Type', /^application\/yaml/);
    expect(Buffer.isBuffer(yaml.body) ? yaml.body.toString() : yaml.text).toBe(source);
    const json = await api()
      .get('/openapi.json')
      .expect(200)
      .expect('Content-Type', /^application\/json/);
    expect(json.body).toEqual(parse(source));
  });

  it('a path that is not there is a problem', async () => {
    const answer = await api()
      .get('/metrics')
      .expect(404)
      .expect('Content-Type', /^application\/problem\+json/);
    expect(answer.body).toMatchObject({ code: 'not_found', status: 404, instance: '/metrics' });
  });

  it('metrics have a listener of their own, and count by operation', async () => {
    const port = await listen(server.metricsServer, 0, '127.0.0.1');
    await ask('get', TASKS).expect(200);
    await api().get('/nowhere/at/all').expect(404);
    const { text } = await request(`http://127.0.0.1:${port}`).get('/metrics').expect(200);
    expect(text).toMatch(/http_request_duration_seconds_count\{operation="listTasks",status="200"\} [1-9]/);
    expect(text).toMatch(/http_request_duration_seconds_count\{operation="none",status="404"\} [1-9]/);
    expect(text).toMatch(/database_connections\{state="free"\} \d/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('nowhere');
    await request(`http://127.0.0.1:${port}`).get(TASKS).expect(404);
    await request(`http://127.0.0.1:${port}`).post('/metrics').expect(404);
  });
});
