/** The log: one line of JSON for each request, which says how it went and not what was in it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/http/logging.ts';
import { listen } from '../../src/http/server.ts';
import { freePort, isOpen } from '../setup/ports.ts';
import { openSocket, rawRequest } from '../setup/raw-socket.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { type LogLine, SERVICE_ENVIRONMENT, until } from '../setup/service-process.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const TASKS = '/api/v1/tasks';

let server: TestServer;
let authorization: string;
beforeAll(async () => {
  server = await createTestServer();
  authorization = await server.register();
});
afterAll(() => server.destroy());

/** What is logged from now on, up to the line of the request with this id. */
async function logged(id: string, work: () => Promise<unknown>): Promise<LogLine[]> {
  const before = server.lines.length;
  await work();
  const done = (line: LogLine) => line.msg === 'request' && line.request_id === id;
  await until(() => server.lines.slice(before).some(done), 'the request is logged');
  return server.lines.slice(before);
}

describe('a request', () => {
  it('is one line with its id, operation, user, path, status and time', async () => {
    const lines = await logged('list-of-tasks', () =>
      request(server.origin)
        .get(`${TASKS}?size=5`)
        .set('Authorization', authorization)
        .set('X-Request-Id', 'list-of-tasks')
        .expect(200),
    );
    const me = await request(server.origin).get('/api/v1/me').set('Authorization', authorization);
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        request_id: 'list-of-tasks',
        method: 'GET',
        path: TASKS,
        status: 200,
        ms: expect.any(Number),
        operation: 'listTasks',
        user: me.body.id,
        msg: 'request',
      },
    ]);
  });

  it('that no operation or no user is behind is one line too', async () => {
    const unknown = await logged('unknown-path', () =>
      request(server.origin).get('/nowhere').set('X-Request-Id', 'unknown-path').expect(404),
    );
    expect(unknown).toMatchObject([{ level: 'info', path: '/nowhere', status: 404 }]);
    expect(unknown[0]).not.toHaveProperty('operation');
    const anonymous = await logged('without-token', () =>
      request(server.origin).head(TASKS).set('X-Request-Id', 'without-token').expect(401),
    );
    expect(anonymous).toMatchObject([{ method: 'HEAD', operation: 'listTasks', status: 401 }]);
    expect(anonymous[0]).not.toHaveProperty('user');
  });

  it('for the health is of little interest', async () => {
    const lines = await logged('health-check', () =>
      request(server.origin).get('/health/ready').set('X-Request-Id', 'health-check').expect(200),
    );
    expect(lines).toMatchObject([{ level: 'debug', operation: 'getReadiness', status: 200 }]);
  });

  it('that its client gave up has no status', async () => {
    const holder = new pg.Client({ connectionString: server.config.database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('lock table tasks in access exclusive mode');
    const lines = await logged('given-up-early', async () => {
      const socket = await openSocket(server.port);
      socket.send(
        rawRequest('GET', TASKS, { Authorization: authorization, 'X-Request-Id': 'given-up-early' }),
      );
      await sleep(200);
      socket.destroy();
    });
    await holder.query('rollback');
    await holder.end();
    expect(lines).toMatchObject([{ level: 'info', operation: 'listTasks', aborted: true }]);
    expect(lines[0]).not.toHaveProperty('status');
    const metricsPort = await listen(server.metricsServer, 0, '127.0.0.1');
    const { text } = await request(`http://127.0.0.1:${metricsPort}`).get('/metrics').expect(200);
    expect(text).toContain('http_request_duration_seconds_count{operation="listTasks",status="aborted"} 1');
  });
});

describe('what a client sends', () => {
  it('is not in the log: no body, header, query, password or token', async () => {
    const before = server.lines.length;
    const email = 'private.person@example.com';
    const password = 'quite-a-private-password';
    const { body } = await request(server.origin)
      .post('/api/v1/auth/register')
      .set('User-Agent', 'PrivateAgent/1.0')
      .set('Cookie', 'crumb=private-cookie')
      .send({ email, password })
      .expect(201);
    const credentials = { email, password: 'a-wrong-private-password' };
    await request(server.origin).post('/api/v1/auth/login').send(credentials).expect(401);
    await request(server.origin)
      .post('/api/v1/auth/refresh')
      .send({ refresh_token: body.refresh_token })
      .expect(200);
    const own = request.agent(server.origin).set('Authorization', `Bearer ${body.access_token}`);
    await own.post(TASKS).send({ title: 'private-title' }).expect(201);
    await own.get(`${TASKS}?q=private-search&access_token=private-token`);
    await own.post(TASKS).send('{"title":"private-json').set('Content-Type', 'application/json').expect(400);
    await until(
      () => server.lines.slice(before).filter(({ msg }) => msg === 'request').length === 6,
      'all is logged',
    );
    const text = JSON.stringify(server.lines.slice(before));
    expect(text).not.toMatch(/private/i);
    expect(text).not.toContain(body.access_token.split('.')[2]);
    expect(text).not.toContain(body.refresh_token);
  });

  it('can not make up lines', async () => {
    const texts: string[] = [];
    createLogger('info', { write: (text) => void texts.push(text) }).info(
      { path: 'a\r\n{"level":"fatal"}' },
      'b\nc',
    );
    expect(texts).toHaveLength(1);
    expect(texts[0]?.trimEnd()).not.toMatch(/[\r\n]/);
    const path = '/nowhere%0d%0a%7B%22level%22:%22fatal%22%7D';
    const lines = await logged('line-injection', () =>
      request(server.origin).get(path).set('X-Request-Id', 'line-injection').expect(404),
    );
    expect(lines).toMatchObject([{ level: 'info', path }]);
  });

  it('does not fill the log', async () => {
    const lines = await logged('a-long-address', () =>
      request(server.origin)
        .get(`/${'x'.repeat(5_000)}`)
        .set('X-Request-Id', 'a-long-address')
        .expect(404),
    );
    expect(JSON.stringify(lines).length).toBeLessThan(600);
  });
});

describe('a fault of ours', () => {
  it('is logged with its cause, but without the values of the statement', async () => {
    await server.behind.raw('alter table tasks rename to tasks_elsewhere');
    const lines = await logged('server-fault', () =>
      request(server.origin)
        .post(TASKS)
        .set('Authorization', authorization)
        .set('X-Request-Id', 'server-fault')
        .send({ title: 'private - title', description: 'private\n    at line' })
        .expect(500),
    );
    await server.behind.raw('alter table tasks_elsewhere rename to tasks');
    expect(lines).toMatchObject([
      {
        level: 'error',
        request_id: 'server-fault',
        operation: 'createTask',
        err: { code: '42P01', message: 'relation "tasks" does not exist', stack: expect.any(Array) },
      },
      { level: 'error', msg: 'request', request_id: 'server-fault', status: 500 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/private|insert into/);
  });

  it('that passes by itself is a warning', async () => {
    const holder = new pg.Client({ connectionString: server.config.database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('lock table tasks in access exclusive mode');
    const lines = await logged('locked-for-long', () =>
      request(server.origin)
        .get(`${TASKS}/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a`)
        .set('Authorization', authorization)
        .set('X-Request-Id', 'locked-for-long')
        .expect(503),
    );
    await holder.query('rollback');
    await holder.end();
    expect(lines).toMatchObject([
      { level: 'warn', err: { code: '55P03' } },
      { level: 'warn', msg: 'request', status: 503 },
    ]);
  });
});

describe('secrets', () => {
  it('are taken out wherever they are called by their name', () => {
    const texts: string[] = [];
    const logger = createLogger('info', { write: (text) => void texts.push(text) });
    logger.info({
      password: 'hidden',
      user: { access_token: 'hidden' },
      a: { headers: { authorization: 'hidden' } },
    });
    logger.error({ err: Object.assign(new Error('failed'), { detail: 'hidden', parameters: ['hidden'] }) });
    expect(texts.join('')).not.toContain('hidden');
    expect(texts.join('')).toContain('[redacted]');
  });
});

describe('a log that can not be written', () => {
  it.runIf(existsSync('/dev/full'))('does not stop the service (where there is /dev/full)', async () => {
    const port = await freePort();
    const full = openSync('/dev/full', 'w');
    const { url } = server.config.database;
    const environment = { ...SERVICE_ENVIRONMENT, PORT: String(port), DATABASE_URL: url };
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
      env: { JWT_SECRET, ...environment },
      stdio: ['ignore', full, 'ignore'],
    });
    closeSync(full);
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    onTestFinished(() => void child.kill('SIGKILL'));
    await until(() => isOpen(port), 'the server listens');
    for (let count = 0; count < 10; count += 1)
      await request(`http://127.0.0.1:${port}`).get('/nowhere').expect(404);
    child.kill('SIGTERM');
    expect(await Promise.race([ended, sleep(20_000, 'still there', { ref: false })])).toBe(0);
  });
});
