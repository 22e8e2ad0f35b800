import { describe, expect, it } from 'vitest';
import { loadDocument } from '../../src/contract/document.ts';
import { MethodNotAllowedError } from '../../src/contract/router.ts';
import {
  ConflictError,
  ForbiddenError,
  InsufficientScopeError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidRefreshTokenError,
  NotFoundError,
  PreconditionFailedError,
  UnauthenticatedError,
  UnavailableError,
} from '../../src/errors.ts';
import { completeProblem, draftProblem } from '../../src/http/problem.ts';

const { document } = loadDocument();
const CANARY = 'canary: insert into users (password_hash) values ($1) at 10.0.0.7:5432';

/** An error as the driver, the parsers or the validator throw it. */
function failure(fields: object, message = CANARY): Error {
  return Object.assign(new Error(message), fields);
}
const statusOf = (error: unknown): number => complete(error).status;
const complete = (error: unknown) =>
  completeProblem(draftProblem(error), {
    document,
    publicUrl: 'https://api.example.com',
    requestId: 'request-1',
    path: '/x',
  });

describe('a failure of the database', () => {
  const GAPS = [
    '22001',
    '22003',
    '22004',
    '22007',
    '22008',
    '22021',
    '22P02',
    '22P05',
    '2201W',
    '2201X',
    '23502',
    '23514',
    '54001',
  ];
  it.each(GAPS)('%s: the contract let through what it should not have: 422 and a line in the log', (code) => {
    const draft = draftProblem(failure({ code }));
    expect(draft).toMatchObject({ code: 'validation_failed', validationGap: true });
    expect(statusOf(failure({ code }))).toBe(422);
  });

  it.each([
    { code: '23505', status: 409, problem: 'conflict' },
    { code: '23503', status: 409, problem: 'conflict' },
    { code: '42501', status: 403, problem: 'forbidden' },
  ])('$code is a $status', ({ code, status, problem }) => {
    expect(draftProblem(failure({ code }))).toMatchObject({ code: problem, validationGap: false });
    expect(statusOf(failure({ code }))).toBe(status);
  });

  it.each([
    ...[
      '08000',
      '08001',
      '08003',
      '08004',
      '08006',
      '08007',
      '08P01',
      '53000',
      '53100',
      '53200',
      '53300',
      '53400',
    ],
    ...['57P01', '57P02', '57P03', '57P04', '57P05', '57014', '55P03', '25006', '40001', '40P01'],
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'ECONNABORTED',
      'ETIMEDOUT',
      'EPIPE',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
    ],
    'EAI_AGAIN',
  ])('%s passes by itself: 503 with Retry-After', (code) => {
    expect(draftProblem(failure({ code }))).toMatchObject({
      code: 'unavailable',
      headers: { 'Retry-After': '1' },
    });
    expect(statusOf(failure({ code }))).toBe(503);
  });

  it.each([
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
    'timeout expired',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Knex: Timeout acquiring a connection. The pool is probably full.',
    'Unable to acquire a connection',
    'Client was closed and is not queryable',
  ])('"%s" comes without a code and is a 503 too', (message) => {
    expect(statusOf(new Error(message))).toBe(503);
  });

  it('is a 503 when it is a KnexTimeoutError, no socket where one was, or all addresses of a host', () => {
    const timeout = failure({ name: 'KnexTimeoutError' });
    const noSocket = failure({ code: 'ENOENT', syscall: 'connect' });
    const addresses = new AggregateError([
      failure({ code: 'ECONNREFUSED' }),
      failure({ code: 'ECONNREFUSED' }),
    ]);
    for (const error of [timeout, noSocket, addresses]) expect(statusOf(error)).toBe(503);
  });

  it.each([
    '25P02',
    '42601',
    '42P01',
    '42703',
    '26000',
    '0A000',
    'XX000',
    '23P01',
    '55000',
    'ENOENT',
    'EACCES',
    'ERR_X',
    '',
  ])("%s is nobody's fault but ours: 500", (code) => expect(statusOf(failure({ code }))).toBe(500));
});

describe('an error of the domain', () => {
  it.each([
    {
      error: new InvalidInputError([{ pointer: '/a', code: 'type', message: 'x' }]),
      status: 422,
      headers: {},
    },
    {
      error: new UnauthenticatedError('No.', false),
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="taskpact"' },
    },
    {
      error: new UnauthenticatedError('No.'),
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="taskpact", error="invalid_token"' },
    },
    {
      error: new InvalidCredentialsError(),
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="taskpact"' },
    },
    {
      error: new InvalidRefreshTokenError(),
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="taskpact", error="invalid_token"' },
    },
    {
      error: new InvalidRefreshTokenError('__Host-taskpact_refresh'),
      status: 401,
      headers: {
        'WWW-Authenticate': 'Bearer realm="taskpact", error="invalid_token"',
        'Set-Cookie': '__Host-taskpact_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
      },
    },
    {
      error: new InsufficientScopeError(['tasks:read', 'tasks:write']),
      status: 403,
      headers: {
        'WWW-Authenticate':
          'Bearer realm="taskpact", error="insufficient_scope", scope="tasks:read tasks:write"',
      },
    },
    { error: new ForbiddenError(), status: 403, headers: {} },
    { error: new NotFoundError('task'), status: 404, headers: {} },
    { error: new MethodNotAllowedError('GET, HEAD'), status: 405, headers: { Allow: 'GET, HEAD' } },
    { error: new ConflictError('email_taken', 'Taken.'), status: 409, headers: {} },
    { error: new PreconditionFailedError({}, 7), status: 412, headers: { ETag: '"7"' } },
    {
      error: new UnavailableError('Later.', { retryAfter: 5 }),
      status: 503,
      headers: { 'Retry-After': '5' },
    },
  ])('$error.name is a $status with $headers', ({ error, status, headers }) => {
    expect(draftProblem(error).headers ?? {}).toEqual(headers);
    expect(complete(error)).toMatchObject({ status, detail: error.message });
  });
});

describe('an error of a library', () => {
  it.each([
    { fields: { status: 400, type: 'entity.parse.failed' }, status: 400 },
    { fields: { status: 400, type: 'request.aborted' }, status: 400 },
    { fields: { status: 400 }, status: 400 },
    { fields: { status: 413, type: 'entity.too.large' }, status: 413 },
    { fields: { status: 413, type: 'parameters.too.many' }, status: 413 },
    { fields: { status: 415, type: 'encoding.unsupported' }, status: 415 },
    { fields: { status: 415, path: '/api/v1/tasks' }, status: 415 },
    { fields: { status: 401, path: '/api/v1/tasks' }, status: 401 },
    { fields: { status: 401 }, status: 500 },
    { fields: { status: 403 }, status: 500 },
    { fields: { status: 500, path: '/' }, status: 500 },
    { fields: { status: '400' }, status: 500 },
    { fields: { statusCode: 404 }, status: 500 },
  ])('$fields is a $status', ({ fields, status }) => expect(statusOf(failure(fields))).toBe(status));
});

describe('anything else', () => {
  const circular: Record<string, unknown> = { message: CANARY };
  circular.self = circular;
  const cause = new Error(CANARY, { cause: circular });
  Object.assign(circular, { cause });
  const hostile = {
    get message() {
      throw new Error(CANARY);
    },
    get code() {
      throw new Error(CANARY);
    },
  };

  it.each([
    { what: 'undefined', value: undefined },
    { what: 'null', value: null },
    { what: 'a string', value: CANARY },
    { what: 'a number', value: 400 },
    { what: 'a symbol', value: Symbol(CANARY) },
    { what: 'a function', value: () => CANARY },
    { what: 'a circular object', value: circular },
    { what: 'an error with a circular cause', value: cause },
    { what: 'an object that can not be read', value: hostile },
    { what: 'an object without a prototype', value: Object.create(null) },
    { what: 'an object that looks like an error', value: { status: 400, code: '23505', message: CANARY } },
    { what: 'a plain error', value: new Error(CANARY) },
    { what: 'an error with a code that is no text', value: failure({ code: 23505 }) },
    { what: 'a TypeError', value: new TypeError(CANARY) },
    { what: 'an AggregateError of nothing', value: new AggregateError([]) },
    {
      what: 'an AggregateError of others',
      value: new AggregateError([new Error(CANARY), undefined, CANARY]),
    },
  ])('$what is a 500 that says nothing', ({ value }) => {
    expect(complete(value)).toEqual({
      type: 'https://api.example.com/docs/problems/internal_error',
      title: 'The server made a mistake',
      status: 500,
      detail: 'Something went wrong on our side.',
      instance: '/x',
      code: 'internal_error',
      request_id: 'request-1',
    });
  });
});

it('OE2 repeats the message of no error that is not of the domain', () => {
  const codes = ['23505', '23503', '22P02', '42501', '57P01', 'ECONNREFUSED', '42P01'];
  const errors = [
    ...codes.map((code) =>
      failure({ code, detail: CANARY, constraint: 'canary', table: 'canary', where: CANARY }),
    ),
    ...[400, 401, 413, 415, 500].flatMap((status) => [
      failure({ status }),
      failure({ status, path: 'canary', errors: [] }),
    ]),
    failure({ status: 400, type: 'entity.parse.failed', body: CANARY }),
    new Error(`Query read timeout ${CANARY}`),
  ];
  for (const error of errors) {
    const { headers, ...draft } = draftProblem(error);
    expect(JSON.stringify([headers, draft, complete(error)])).not.toContain('canary');
  }
});

it('OE6 lists at most as many faults as the contract allows', () => {
  const faults = Array.from({ length: 5000 }, (_, index) => ({
    pointer: `/${index}`,
    code: 'unknown',
    message: 'x',
  }));
  const problem = complete(new InvalidInputError(faults));
  expect(problem.errors).toHaveLength(100);
  expect(problem.detail).toBe('5000 fields are not valid.');
});
