/** What a handler gives away by mistake does not leave the server: an answer that breaks the contract is a 500. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  PreconditionFailedError,
  UnauthenticatedError,
} from '../../src/errors.ts';
import { breaches, problemBreaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import type { Answer } from '../setup/http.ts';
import { createSeam, type Seam, TASK } from '../setup/seam.ts';

const SECRET = '$2b$12$canary';
/** A row of the database, as it would look if somebody spread it into an answer. */
const ROW = { ...TASK, password_hash: SECRET };
const ETAG = { ETag: '"1"' };
const LIST = { items: [ROW], total: 1, page: 1, size: 20, pages: 1, next_cursor: null };

let seam: Seam;
let reply: () => Promise<unknown>;
beforeAll(async () => {
  const answer = () => reply();
  const handlers = {
    getTask: answer,
    listTasks: answer,
    createTask: answer,
    updateTask: answer,
    getLiveness: answer,
  };
  seam = await createSeam({ handlers });
});
afterAll(() => seam.close());

const TASK_PATH = `/api/v1/tasks/${TASK.id}`;
const CALLS = {
  getTask: { method: 'GET', path: TASK_PATH },
  listTasks: { method: 'GET', path: '/api/v1/tasks' },
  createTask: { method: 'POST', path: '/api/v1/tasks', body: '{"title":"Buy milk"}' },
  updateTask: { method: 'PATCH', path: TASK_PATH, body: '{"title":"Buy milk"}' },
  getLiveness: { method: 'GET', path: '/health/live' },
};

async function ask(operationId: keyof typeof CALLS): Promise<Answer> {
  const headers = { Authorization: 'Bearer x', 'Content-Type': 'application/json' };
  return seam.client.send({ ...CALLS[operationId], headers });
}

function expectNothingLeaked(answer: Answer, method: string): void {
  expect(answer.text).not.toMatch(/canary|password_hash|Buy milk|node_modules| at /);
  expect(answer.status).toBe(500);
  expect(problemBreaches(answer, method)).toEqual([]);
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 'internal_error',
    detail: 'Something went wrong on our side.',
  });
  for (const header of ['etag', 'location', 'link']) expect(answer.headers).not.toHaveProperty(header);
}

describe('AZ4 OE3 a row with a field too many', () => {
  it.each([
    { operationId: 'getTask', what: 'a read', answer: { status: 200, headers: ETAG, body: ROW } },
    { operationId: 'listTasks', what: 'a list', answer: { status: 200, headers: { Link: 'x' }, body: LIST } },
    {
      operationId: 'createTask',
      what: 'a creation',
      answer: { status: 201, headers: { ...ETAG, Location: '/x' }, body: ROW },
    },
    { operationId: 'updateTask', what: 'a change', answer: { status: 200, headers: ETAG, body: ROW } },
    {
      operationId: 'getLiveness',
      what: 'a public answer',
      answer: { status: 200, body: { status: 'ok', secret: SECRET } },
    },
  ] as const)('does not leave in $what', async ({ operationId, answer }) => {
    reply = async () => answer;
    expectNothingLeaked(await ask(operationId), CALLS[operationId].method);
  });
});

describe('a problem with something too much', () => {
  it.each([
    { what: 'in the current resource', error: new PreconditionFailedError(ROW, 1) },
    { what: 'for a current resource', error: new PreconditionFailedError({ password_hash: SECRET }, 1) },
    {
      what: 'in a field fault',
      error: new InvalidInputError([{ pointer: '/a', code: 'type', message: 'x', value: SECRET } as never]),
    },
    {
      what: 'for the code of a fault',
      error: new InvalidInputError([{ pointer: '/a', code: SECRET, message: 'x' }]),
    },
    { what: 'of text', error: new NotFoundError(`${'x'.repeat(1000)}canary`) },
    { what: 'of status', error: new ConflictError('email_taken', `${SECRET} is taken.`) },
  ])('does not leave: $what', async ({ error }) => {
    reply = () => Promise.reject(error);
    expectNothingLeaked(await ask('updateTask'), 'PATCH');
  });

  it('does not stop the ones that keep the contract', async () => {
    const errors = [
      new PreconditionFailedError(TASK, 1),
      new NotFoundError('task'),
      new UnauthenticatedError('No.'),
    ];
    for (const error of errors) {
      reply = () => Promise.reject(error);
      expect(breaches(operation('updateTask'), await ask('updateTask'))).toEqual([]);
    }
  });
});
