/** What the seam between contract and code refuses while it runs: at the start, in answers, and from whoever floods it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { problemBreaches } from '../setup/answers.ts';
import { type Answer, inParallel } from '../setup/http.ts';
import { type Changeable, createSeam, type Seam, TASK } from '../setup/seam.ts';

let seam: Seam;
let lenient: Seam;
/** What `getTask` does. */
let handler: () => Promise<unknown>;
beforeAll(async () => {
  const handlers = { getTask: () => handler() };
  seam = await createSeam({ handlers });
  lenient = await createSeam({ handlers, responses: 'log' });
});
afterAll(async () => {
  await seam.close();
  await lenient.close();
});

const AUTHORIZATION = { Authorization: 'Bearer x' };
const TASK_PATH = `/api/v1/tasks/${TASK.id}`;
const GOOD = { status: 200, headers: { ETag: '"1"' }, body: TASK };

/** Calls `getTask`. */
async function read({ client }: Seam): Promise<Answer> {
  return client.send({ method: 'GET', path: TASK_PATH, headers: AUTHORIZATION });
}

function expectInternalError(answer: Answer): void {
  expect(answer.status).toBe(500);
  expect(problemBreaches(answer)).toEqual([]);
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 'internal_error',
    detail: 'Something went wrong on our side.',
  });
}

describe('the start', () => {
  // The validator says at length what it thinks of a bad contract.
  beforeAll(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  it('succeeds with the contract as it is', async () => {
    handler = async () => GOOD;
    const answer = await read(seam);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, TASK]);
  });

  const getTask = (document: Changeable) => document.paths['/api/v1/tasks/{task_id}'].get;
  it.each([
    {
      what: 'is of an unknown version of OpenAPI',
      change: (it: Changeable) => Object.assign(it, { openapi: '9.0.0' }),
    },
    { what: 'has no title', change: (it: Changeable) => delete it.info.title },
    { what: 'has an operation without responses', change: (it: Changeable) => delete getTask(it).responses },
    {
      what: 'has a response without description',
      change: (it: Changeable) => delete getTask(it).responses['200'].description,
    },
    {
      what: 'has a parameter without a place',
      change: (it: Changeable) => delete it.components.parameters.TaskId.in,
    },
    {
      what: 'has a reference to nothing',
      change: (it: Changeable) => (it.components.schemas.Task = { $ref: '#/nothing' }),
    },
    {
      what: 'has a schema of no type',
      change: (it: Changeable) => (it.components.schemas.TaskTitle.type = 'text'),
    },
    {
      what: 'has a pattern that is none',
      change: (it: Changeable) => (it.components.schemas.TaskTitle.pattern = '('),
    },
    {
      what: 'has a format that nothing checks',
      change: (it: Changeable) => (it.components.schemas.TaskTitle.format = 'titel'),
    },
  ])('fails when the contract $what', async ({ change }) => {
    await expect(createSeam({ change })).rejects.toThrow();
  });

  it('fails when operations have no handler, and names them', async () => {
    const start = createSeam({ handlers: { getTask: undefined, deleteTask: undefined } });
    await expect(start).rejects.toThrow('No handler for getTask, deleteTask');
  });

  it('fails when a handler has no operation, and names it', async () => {
    const start = createSeam({ handlers: { dropTables: async () => ({ status: 204 }) } });
    await expect(start).rejects.toThrow('No operation in the contract for the handler dropTables');
  });

  it('fails when a security scheme has no handler, and names it', async () => {
    await expect(createSeam({ security: {} })).rejects.toThrow('Security scheme bearerAuth has no handler');
    const change = ({ components: { securitySchemes } }: Changeable) => {
      securitySchemes.second = securitySchemes.bearerAuth;
    };
    await expect(createSeam({ change })).rejects.toThrow('Security scheme second has no handler');
  });
});

describe('a path without parameters', () => {
  it('wins over one with them, whatever their order in the contract', async () => {
    const change = ({ paths }: Changeable) => {
      const { get } = paths['/health/live'];
      paths['/api/v1/tasks/newest'] = { get: { ...get, operationId: 'getNewest' } };
    };
    const getNewest = async () => ({ status: 200, body: { status: 'ok' } });
    const fresh = await createSeam({ change, handlers: { getNewest } });
    try {
      const path = '/api/v1/tasks/newest';
      const answer = await fresh.client.send({ method: 'GET', path });
      expect([answer.status, answer.text]).toEqual([200, '{"status":"ok"}']);
      const refused = await fresh.client.send({ method: 'DELETE', path, headers: AUTHORIZATION });
      expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    } finally {
      await fresh.close();
    }
  });
});

describe('an answer', () => {
  it.each([
    { what: 'a status that is not documented', reply: { status: 202, body: TASK } },
    { what: 'a status that is not documented and no body', reply: { status: 202 } },
    { what: 'an error status that is not documented', reply: { status: 418, body: { secret: 'canary' } } },
    { what: 'an error status without a body', reply: { status: 404 } },
    { what: 'no body where one is documented', reply: { status: 200, headers: { ETag: '"1"' } } },
    { what: 'null for a body', reply: { status: 200, headers: { ETag: '"1"' }, body: null } },
    { what: 'another body', reply: { status: 200, headers: { ETag: '"1"' }, body: { canary: 1 } } },
    { what: 'a list for a body', reply: { status: 200, headers: { ETag: '"1"' }, body: [TASK] } },
    {
      what: 'a field of another type',
      reply: { status: 200, body: { ...TASK, version: '1', title: 'canary' } },
    },
    { what: 'a field without its format', reply: { status: 200, body: { ...TASK, id: 'canary' } } },
    { what: 'a date that is an object', reply: { status: 200, body: { ...TASK, created_at: {} } } },
    { what: 'nothing at all', reply: undefined },
  ])('with $what becomes a 500 that shows nothing of it', async ({ reply }) => {
    handler = async () => reply;
    const logged = seam.logged.length;
    const answer = await read(seam);
    expectInternalError(answer);
    expect(answer.text).not.toMatch(/canary|Buy milk/);
    expect(answer.headers).not.toHaveProperty('etag');
    expect(seam.logged.slice(logged).join()).toContain('The server made a mistake');
  });

  it.each([new Error('canary'), new TypeError('canary'), 'canary', undefined, null, { canary: 1 }])(
    'that never comes, because the handler throws %o, becomes a 500 that shows nothing of it',
    async (thrown) => {
      handler = () => Promise.reject(thrown);
      const answer = await read(seam);
      expectInternalError(answer);
      expect(answer.text).not.toContain('canary');
    },
  );

  it.each([
    { what: 'a status that is not documented', reply: { status: 202, body: TASK }, status: 202 },
    { what: 'an unknown field', reply: { status: 200, body: { ...TASK, extra: 1 } }, status: 200 },
  ])('with $what is reported and goes out when answers are only logged', async ({ reply, status }) => {
    handler = async () => reply;
    const reported = lenient.reported.length;
    const answer = await read(lenient);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, reply.body]);
    expect(lenient.reported.slice(reported)).not.toEqual([]);
  });

  it('that keeps the contract is not reported, and neither is the start', async () => {
    const fresh = await createSeam({ responses: 'log' });
    try {
      expect((await read(fresh)).status).toBe(200);
      expect(fresh.reported).toEqual([]);
    } finally {
      await fresh.close();
    }
  });
});

describe('a security handler that fails', () => {
  it.each([
    { error: new Error('canary: the database is down'), status: 500 },
    { error: new UnavailableError('Later.'), status: 503 },
    { error: Object.assign(new Error('canary'), { status: 401 }), status: 500 },
    { error: 'canary', status: 500 },
  ])('is answered $status, never 401, and its message is not repeated', async ({ error, status }) => {
    const failing = await createSeam({ security: { bearerAuth: () => Promise.reject(error) } });
    try {
      const answer = await read(failing);
      expect(answer.status).toBe(status);
      expect(problemBreaches(answer)).toEqual([]);
      expect(answer.text).not.toContain('canary');
    } finally {
      await failing.close();
    }
  });
});

describe('AV4 a flood of media types', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const heapUsed = (): number => {
    for (let round = 0; round < 3; round += 1) collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const FLOOD = 3000;
  /** Megabytes. Without protection every single request takes almost one. */
  const MOST = 10;

  it.each([
    { method: 'POST', path: '/api/v1/tasks', type: (n: number) => `application/json; x=${n}`, status: 201 },
    { method: 'POST', path: '/api/v1/tasks', type: (n: number) => `application/x-${n}`, status: 415 },
    { method: 'GET', path: TASK_PATH, type: (n: number) => `application/json; x=${n}`, status: 200 },
    { method: 'GET', path: TASK_PATH, type: (n: number) => `x${n}/y`, status: 200 },
  ])('does not fill the memory: $method, $type', async ({ method, path, type, status }) => {
    handler = async () => GOOD;
    const { client } = seam;
    const body = method === 'POST' ? { body: '{"title":"Buy milk"}' } : {};
    const flood = (count: number, offset: number) =>
      inParallel(Array.from({ length: count }), 8, async (_, index) => {
        const headers = { ...AUTHORIZATION, 'Content-Type': type(offset + index) };
        const answer = await client.send({ method, path, headers, ...body });
        expect(answer.status).toBe(status);
      });
    await flood(200, 0);
    const before = heapUsed();
    await flood(FLOOD, 1000);
    const megabytes = (heapUsed() - before) / 2 ** 20;
    expect(megabytes).toBeLessThan(MOST);
  });
});
