import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as sdk from '../../src/index.ts';
import {
  ApiError,
  type FieldError,
  hasCode,
  isTaskpactError,
  NotFoundError,
  type PreconditionFailedError,
  type ProblemCode,
  type Task,
  Taskpact,
  TaskpactError,
  type TaskpactErrors,
  type ValidationError,
} from '../../src/index.ts';
import { problem, type Reply, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task } from '../support/samples.ts';

/** Every error class that is exported, apart from the root of all. */
const classes = new Map(
  Object.entries<unknown>({ ...sdk }).filter(
    (entry): entry is [string, ErrorConstructor] =>
      typeof entry[1] === 'function' && entry[1].prototype instanceof TaskpactError,
  ),
);

/** The error of a call that gets this answer. */
async function errorOf(reply: Reply): Promise<unknown> {
  const server = await startFakeServer([reply]);
  return failureOf(loggedIn(server.baseUrl, { retries: 0 }).client.tasks.get(TASK_ID));
}

describe('an answer that is an error', () => {
  test.each([
    [400, 'BadRequestError'],
    [401, 'UnauthenticatedError'],
    [403, 'ForbiddenError'],
    [404, 'NotFoundError'],
    [409, 'ConflictError'],
    [412, 'PreconditionFailedError'],
    [413, 'PayloadTooLargeError'],
    [415, 'UnsupportedMediaTypeError'],
    [422, 'ValidationError'],
    [429, 'RateLimitError'],
    [500, 'ServerError'],
    [503, 'ServerError'],
    [599, 'ServerError'],
    [405, 'ApiError'],
    [431, 'ApiError'],
    [304, 'ApiError'],
  ])('of status %i is a %s', async (status, name) => {
    const error = await errorOf({ ...problem(status, 'conflict'), status });
    expect(error).toBeInstanceOf(classes.get(name));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toBeInstanceOf(TaskpactError);
    expect(error).toMatchObject({ name, status });
  });

  test('has the problem, its code, and what finds it in the logs', async () => {
    const reply = problem(404, 'not_found', { detail: 'There is no such task.' });
    const error = await errorOf(reply);
    expect(error).toMatchObject({
      message:
        'getTask: 404 not_found: There is no such task. (request 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11)',
      code: 'not_found',
      problem: reply.body,
      requestId: '0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11',
      attempts: 1,
      operation: 'getTask',
      method: 'GET',
    });
    expect((error as ApiError).url).toMatch(new RegExp(`^http://127.0.0.1:\\d+/api/v1/tasks/${TASK_ID}$`));
    expect((error as ApiError).headers.get('content-type')).toContain('problem+json');
  });

  test('names every field that is wrong', async () => {
    const errors = [
      { pointer: '/title', code: 'too_short', message: 'must NOT have fewer than 1 characters' },
      { parameter: 'size', code: 'too_big', message: 'must be <= 100' },
    ];
    const error = (await errorOf(problem(422, 'validation_failed', { errors }))) as ValidationError;
    expect(error.errors).toEqual(errors);
    expect(error.message).toContain('/title: must NOT have fewer than 1 characters. size: must be <= 100.');
  });

  test.each([
    [
      'a page of a proxy',
      { status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
    ],
    ['nothing', { status: 502, body: '' }],
    ['broken JSON', { status: 502, headers: { 'Content-Type': 'application/problem+json' }, body: '{' }],
  ])('with %s has no problem', async (_what, reply) => {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ name: 'ServerError', problem: undefined, code: undefined });
    expect((error as Error).message).toMatch(/^getTask: 502 \(request [0-9a-f]{32}-1\)$/);
  });

  test('may have a code that this client has not heard of', async () => {
    expect(await errorOf(problem(409, 'quota_used_up'))).toMatchObject({ code: 'quota_used_up' });
  });
});

describe('a success that is not JSON', () => {
  test.each(['<h1>Log in to the hotel</h1>', ''])('is an error: %j', async (body) => {
    const error = await errorOf({ headers: { 'Content-Type': 'text/html' }, body });
    expect(error).toMatchObject({ name: 'InvalidResponseError', attempts: 1 });
  });
});

describe('an error', () => {
  /** Everything that a careless program may write of it. */
  const everything = (error: unknown): string =>
    [
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error),
      String((error as Error).stack),
    ].join('\n');

  test('never shows tokens and passwords', async () => {
    const server = await startFakeServer(({ url }) =>
      problem(url.includes('refresh') ? 401 : 401, 'unauthenticated'),
    );
    const { client } = loggedIn(server.baseUrl);
    const credentials = { email: 'ada@example.com', password: 'hunter2-hunter2' };
    for (const call of [
      () => client.tasks.get(TASK_ID, { headers: { 'X-Api-Key': 'key-of-mine' } }),
      () => client.auth.login(credentials),
      () => client.auth.logout({ refresh_token: 'refresh-9' }),
    ]) {
      const text = everything(await failureOf(call()));
      expect(text).toContain('unauthenticated');
      expect(text).not.toMatch(/access-1|refresh-[19]|hunter2|key-of-mine/);
    }
  });

  test('blanks out secrets in the address', async () => {
    const server = await startFakeServer([problem(400, 'malformed_request')]);
    const redirect = { middleware: [] };
    const client = new Taskpact({ baseUrl: `${server.baseUrl}/p`, ...redirect });
    const error = (await failureOf(client.health.get())) as ApiError;
    expect(error.url).toBe(`${server.baseUrl}/p/health`);
    const call = { operation: 'x', method: 'GET', attempts: 1 };
    const url = 'https://a.test/verify?token=abc&page=2&reset_code=1&access_token=d#x';
    expect(new TaskpactError('no', { ...call, url }).url).toBe(
      'https://a.test/verify?token=***&page=2&reset_code=***&access_token=***#x',
    );
  });

  test('tells all that it knows as JSON', async () => {
    const error = JSON.parse(JSON.stringify(await errorOf(problem(404, 'not_found'))));
    expect(error).toMatchObject({ name: 'NotFoundError', status: 404, code: 'not_found', attempts: 1 });
    expect(error.message).toContain('404 not_found');
  });

  test('has its name in the stack', async () => {
    expect(((await errorOf(problem(404, 'not_found'))) as Error).stack).toMatch(
      /^NotFoundError: getTask: 404/,
    );
  });
});

describe('the guards', () => {
  test('go by name, so an error of another copy of the package is recognised', async () => {
    const original = (await errorOf(problem(404, 'not_found'))) as NotFoundError;
    const copy = { ...original, name: original.name, message: original.message };
    expect(copy).not.toBeInstanceOf(NotFoundError);
    for (const error of [original, copy]) {
      expect(isTaskpactError(error)).toBe(true);
      expect(isTaskpactError(error, 'NotFoundError')).toBe(true);
      expect(isTaskpactError(error, 'ApiError')).toBe(true);
      expect(isTaskpactError(error, 'ConflictError')).toBe(false);
      expect(hasCode(error, 'not_found')).toBe(true);
      expect(hasCode(error, 'conflict', 'not_found')).toBe(true);
      expect(hasCode(error, 'conflict')).toBe(false);
    }
  });

  test.each([
    new DOMException('x', 'NotFoundError'),
    new Error('x'),
    null,
    undefined,
    'NotFoundError',
    404,
    {},
  ])('do not fall for %s', (error) => {
    expect(isTaskpactError(error)).toBe(false);
    expect(isTaskpactError(error, 'NotFoundError')).toBe(false);
    expect(hasCode(error, 'not_found')).toBe(false);
  });

  test('tell a connection that failed from an answer', async () => {
    const error = await failureOf(loggedIn('http://127.0.0.1:1', { retries: 0 }).client.health.live());
    expect(isTaskpactError(error, 'ConnectionError')).toBe(true);
    expect(isTaskpactError(error, 'ApiError')).toBe(false);
  });

  test('know every class', () => {
    const known: Record<keyof TaskpactErrors, true> = {
      ApiError: true,
      BadRequestError: true,
      UnauthenticatedError: true,
      ForbiddenError: true,
      NotFoundError: true,
      ConflictError: true,
      PreconditionFailedError: true,
      PayloadTooLargeError: true,
      UnsupportedMediaTypeError: true,
      ValidationError: true,
      RateLimitError: true,
      ServerError: true,
      ConnectionError: true,
      TimeoutError: true,
      AbortError: true,
      InvalidResponseError: true,
    };
    expect([...classes.keys()].sort()).toEqual(Object.keys(known).sort());
    for (const [name, { prototype }] of classes) expect(prototype.name).toBe(name);
  });

  test('narrow the type', () => {
    const error: unknown = undefined;
    if (isTaskpactError(error)) expectTypeOf(error.attempts).toEqualTypeOf<number>();
    if (isTaskpactError(error, 'ApiError')) expectTypeOf(error.code).toEqualTypeOf<ProblemCode | undefined>();
    if (isTaskpactError(error, 'ValidationError'))
      expectTypeOf(error.errors).toEqualTypeOf<readonly FieldError[]>();
    if (hasCode(error, 'email_taken')) expectTypeOf(error.code).toEqualTypeOf<'email_taken'>();
    // @ts-expect-error no such code
    hasCode(error, 'emial_taken');
    // @ts-expect-error no such class
    isTaskpactError(error, 'NoSuchError');
  });
});

test('a failed precondition carries the resource as it is now', async () => {
  const current = { ...task, version: 4, title: 'Buy oat milk' };
  const error = (await errorOf(
    problem(412, 'precondition_failed', { current }),
  )) as PreconditionFailedError<Task>;
  expect(error.current).toEqual(current);
  expectTypeOf(error.current).toEqualTypeOf<Task | undefined>();
});
