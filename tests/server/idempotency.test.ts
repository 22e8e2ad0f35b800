/** What is created by a request with an `Idempotency-Key` is created once, whatever happens to the request. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { openDatabase } from '../../src/db/knex.ts';
import { breaches } from '../setup/answers.ts';
import { contract, operation, operations } from '../setup/contract.ts';
import { eventsOf } from '../setup/scenes.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { addressOf, createTcpProxy, throughPort } from '../setup/tcp-proxy.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { createTestDatabase } from '../setup/test-database.ts';
import { registerAt } from '../setup/test-server.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

interface Sample {
  readonly body: object;
  /** Another request, which is valid as well. */
  readonly other: object;
  readonly status: number;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  createTask: { body: { title: 'Buy milk', tags: ['errands'] }, other: { title: 'Buy bread' }, status: 201 },
  createUserTask: { body: { title: 'Buy milk' }, other: { title: 'Buy bread' }, status: 201 },
  createProject: { body: { name: 'Kitchen' }, other: { name: 'Garden' }, status: 201 },
  createTag: { body: { name: 'shopping' }, other: { name: 'sports' }, status: 201 },
  batchTasks: {
    body: { operations: [{ op: 'create', task: { title: 'Buy milk' } }] },
    other: { operations: [{ op: 'create', task: { title: 'Buy bread' } }] },
    status: 200,
  },
};

const KEY = '0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87';
const HOURS: number = contract['x-idempotency-hours'];

function send(user: TestUser, operationId: string, body: object, key = KEY) {
  const { path } = operation(operationId);
  return app.as(user).post(path.replace('{user_id}', 'me')).set('Idempotency-Key', key).send(body);
}

/** Asks again while the server is too busy, as `Retry-After` says. */
async function patiently(ask: () => ReturnType<typeof send>): Promise<Awaited<ReturnType<typeof send>>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (answer.status !== 503 || attempt === 10) return answer;
    await sleep(Number(answer.headers['retry-after']) * 1000);
  }
}

const rowsOf = async ({ id }: TestUser) => {
  const tables = ['tasks', 'projects', 'tags', 'events', 'idempotency_keys'];
  return Object.fromEntries(
    await Promise.all(
      tables.map(async (table) => [table, (await app.database(table).where({ user_id: id })).length]),
    ),
  );
};

it('is tested with every operation that takes a key', () => {
  const taking = operations.filter(({ path, method }) =>
    JSON.stringify(contract.paths[path][method.toLowerCase()].parameters ?? []).includes('IdempotencyKey'),
  );
  expect(taking.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(SAMPLES).sort());
});

describe.each(Object.entries(SAMPLES))('RL4 %s with a key', (operationId, { body, other, status }) => {
  it('answers again what it answered first, and does nothing', async () => {
    const user = await app.register();
    const first = await send(user, operationId, body);
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([status, undefined]);
    const after = await rowsOf(user);
    for (let round = 0; round < 3; round += 1) {
      const again = await send(user, operationId, body);
      expect(breaches(operation(operationId), again)).toEqual([]);
      expect([again.status, again.text]).toEqual([first.status, first.text]);
      const { location, etag } = first.headers;
      expect(again.headers).toMatchObject({ ...(location && { location }), ...(etag && { etag }) });
      expect(again.headers['idempotency-replayed']).toBe('true');
    }
    expect(await rowsOf(user)).toEqual(after);
  });

  it('answers fifty at once alike, and does it once', async () => {
    const user = await app.register();
    const ask = () => patiently(() => send(user, operationId, body));
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect([...new Set(answers.map((answer) => `${answer.status} ${answer.text}`))]).toEqual([
      `${status} ${answers[0]?.text}`,
    ]);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    const once = await app.register();
    await send(once, operationId, body);
    expect(await rowsOf(user)).toEqual(await rowsOf(once));
  });

  it('answers 422 to another request with it, names the header and changes nothing', async () => {
    const user = await app.register();
    await send(user, operationId, body);
    const after = await rowsOf(user);
    const answer = await send(user, operationId, other).expect(422);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ parameter: 'idempotency-key', code: 'not_allowed' }),
    ]);
    expect(await rowsOf(user)).toEqual(after);
  });

  it('does not remember a failure', async () => {
    const user = await app.register();
    await send(user, operationId, { ...body, nonsense: 1 }).expect(422);
    expect((await send(user, operationId, body)).status).toBe(status);
  });
});

describe('RL4 a key', () => {
  it('is for one operation', async () => {
    const user = await app.register();
    await send(user, 'createTask', { title: 'Buy milk' }).expect(201);
    await send(user, 'createUserTask', { title: 'Buy milk' }).expect(422);
    await send(user, 'createProject', { name: 'Kitchen' }).expect(422);
  });

  it('is for one request, however its body is written', async () => {
    const user = await app.register();
    const { body } = await send(user, 'createTask', { title: 'Buy milk', priority: 'high' }).expect(201);
    const same = await send(user, 'createTask', { priority: 'high', status: 'pending', title: 'Buy milk' });
    expect([same.status, same.body]).toEqual([201, body]);
  });

  it('is the own of each user', async () => {
    const [one, other] = [await app.register(), await app.register()];
    const answers = [
      await send(one, 'createTask', { title: 'x' }),
      await send(other, 'createTask', { title: 'x' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers.map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, undefined]);
    expect(answers.map(({ body }) => body.user_id)).toEqual([one.id, other.id]);
  });

  it('is forgotten with a failure that comes late', async () => {
    const user = await app.register();
    const body = { title: 'Buy milk', project_id: KEY };
    await send(user, 'createTask', body).expect(422);
    expect(await rowsOf(user)).toMatchObject({ tasks: 0, events: 0, idempotency_keys: 0 });
    await send(user, 'createProject', { id: KEY, name: 'Kitchen' }, 'another').expect(201);
    await send(user, 'createTask', body).expect(201);
  });

  it.each(['', 'x'.repeat(256), 'with space', 'caf\u00e9'])('that is no key is a 422: %j', async (key) => {
    const { body } = await send(await app.register(), 'createTask', { title: 'x' }, key).expect(422);
    expect(new Set(body.errors.map((error: { parameter: string }) => error.parameter))).toEqual(
      new Set(['idempotency-key']),
    );
  });

  it('of the longest sort is one', async () => {
    const user = await app.register();
    await send(user, 'createTask', { title: 'x' }, '~'.repeat(255)).expect(201);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it("does its work again once the contract's hours are over", async () => {
    const user = await app.register();
    const first: Schemas['Task'] = (await send(user, 'createTask', { title: 'x' }).expect(201)).body;
    const age = (hours: number) =>
      app.database.raw(
        `update idempotency_keys set created_at = now() - ? * interval '1 hour' where user_id = ?`,
        [hours, user.id],
      );
    await age(HOURS - 0.01);
    expect((await send(user, 'createTask', { title: 'x' })).body.id).toBe(first.id);
    await age(HOURS + 0.01);
    const anew = await send(user, 'createTask', { title: 'y' }).expect(201);
    expect(anew.headers['idempotency-replayed']).toBeUndefined();
    expect((await send(user, 'createTask', { title: 'y' })).text).toBe(anew.text);
  });
});

describe('RL5 a server that is killed after it has stored what it was asked for, and before it knows', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const start = (url: string): ServiceProcess => {
    const service = startServiceProcess({ JWT_SECRET, DATABASE_URL: url });
    cleanups.push(service.destroy);
    return service;
  };

  it('has answered, for whoever asks again', async () => {
    const { url, drop } = await createTestDatabase();
    cleanups.push(drop);
    const database = openDatabase({ url, poolMax: 1, prepare: false });
    cleanups.push(() => database.destroy());
    const proxy = await createTcpProxy(addressOf(url));
    cleanups.push(proxy.close);
    const killed = start(throughPort(url, proxy.port));
    const { origin } = await killed.ready();
    const authorization = await registerAt(origin);
    const create = (at: string) =>
      fetch(`${at}/api/v1/tasks`, {
        method: 'POST',
        headers: {
          Authorization: authorization,
          'Content-Type': 'application/json',
          'Idempotency-Key': 'k-kill',
        },
        body: JSON.stringify({ title: 'Survives' }),
      });
    const stored = () => database('tasks').where({ title: 'Survives' });

    proxy.withholdAnswersTo('COMMIT');
    const unanswered = expect(create(origin)).rejects.toThrow();
    await until(async () => (await stored()).length > 0, 'the task is stored');
    killed.signal('SIGKILL');
    await unanswered;

    const next = await start(url).ready();
    const answer = await create(next.origin);
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const [row, ...rest] = await stored();
    expect(rest).toEqual([]);
    expect(await answer.json()).toMatchObject({ id: row?.id, title: 'Survives', version: 1 });
  });
});
