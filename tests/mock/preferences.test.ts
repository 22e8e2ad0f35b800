/** Which of the documented answers is given, and that its headers fit its body. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePreferences } from '../../mock/src/preferences.ts';
import type { Mock } from '../../mock/src/server.ts';
import type { Answer } from '../setup/http.ts';
import { ABSENT_TASK } from '../setup/scenes.ts';
import { BEARER, json, send, startTestMock } from './support.ts';

let mock: Mock;
beforeAll(async () => {
  mock = await startTestMock();
});
afterAll(() => mock.stop());

interface TaskBody {
  readonly id: string;
  readonly version: number;
}
interface ListBody {
  readonly items: readonly TaskBody[];
  readonly page: number | null;
}
interface ProblemBody {
  readonly code: string;
  readonly instance: string;
  readonly request_id: string;
  readonly errors?: readonly { parameter: string; code: string; message: string }[];
}

const ask = (method: string, path: string, headers: Record<string, string>): Promise<Answer> =>
  send(mock, { method, path, headers: { ...BEARER, ...headers } });
const getTask = (headers: Record<string, string> = {}) => ask('GET', ABSENT_TASK, headers);
const listTasks = (headers: Record<string, string> = {}) => ask('GET', '/api/v1/tasks?size=5', headers);

test.each([
  [undefined, {}],
  ['', {}],
  ['code=404', { code: '404' }],
  ['Code = 404 , Example="by name"', { code: '404', example: 'by name' }],
  ['dynamic', { dynamic: true }],
  ['dynamic=true; code=201', { dynamic: true, code: '201' }],
  ['dynamic=false', { dynamic: false }],
  ['respond-async, wait=10', {}],
  ['__proto__=1, constructor=2', {}],
])('Prefer: %s', (header, preferences) => {
  expect(parsePreferences(header)).toEqual(preferences);
});

describe('a preferred problem', () => {
  test('is the problem of this very request', async () => {
    const answer = await getTask({ Prefer: 'code=404', 'X-Request-Id': 'my-request-1' });
    expect(answer.status).toBe(404);
    expect(json(answer)).toMatchObject({
      type: '/docs/problems/not_found',
      detail: 'There is no such task.',
      instance: ABSENT_TASK,
      request_id: 'my-request-1',
    });
    expect((await fetch(`${mock.url}/docs/problems/not_found`)).status).toBe(200);
  });

  test('comes with what belongs to it', async () => {
    expect((await getTask({ Prefer: 'code=401' })).headers['www-authenticate']).toMatch(/^Bearer realm=/);
    expect((await getTask({ Prefer: 'code=503' })).headers['retry-after']).toBe('1');
    const conflict = await ask('DELETE', ABSENT_TASK, { Prefer: 'code=412' });
    expect(conflict.headers.etag).toBe('"3"');
    expect(json<{ current: TaskBody }>(conflict).current.version).toBe(3);
    expect(json<ProblemBody>(await getTask({ Prefer: 'code=422' })).errors).toHaveLength(2);
  });

  test('does not come before the real ones', async () => {
    const answer = await send(mock, { method: 'GET', path: ABSENT_TASK, headers: { Prefer: 'code=404' } });
    expect(answer.status).toBe(401);
  });
});

describe('what the contract does not document is refused, and what it does is listed', () => {
  test.each([
    ['code=418', 'code must be one of 200, 304, 400, 401, 403, 404, 422, 429, 500, 503 here'],
    ['code=no', 'code must be one of 200, 304, 400, 401, 403, 404, 422, 429, 500, 503 here'],
    ['example=nobody', 'example must be one of task here'],
  ])('%s', async (preference, message) => {
    const answer = await getTask({ Prefer: preference });
    expect(answer.status).toBe(422);
    expect(json<ProblemBody>(answer).errors).toEqual([{ parameter: 'Prefer', code: 'not_allowed', message }]);
  });
});

describe('an example', () => {
  test('is the first one, or the one that is named', async () => {
    expect(json<ListBody>(await listTasks()).page).toBe(1);
    expect(json<ListBody>(await listTasks({ Prefer: 'example=byCursor' })).page).toBeNull();
  });

  test('goes before generated data, being asked for by name', async () => {
    const answer = await listTasks({ Prefer: 'dynamic=true, example=byCursor' });
    expect(json<ListBody>(answer).items).toEqual([]);
  });

  test('keeps its nulls', async () => {
    expect(json(await getTask())).toHaveProperty('completed_at', null);
  });
});

describe('headers say what the body says', () => {
  test.each(['dynamic=false', 'dynamic=true'])('with %s', async (Prefer) => {
    const task = await getTask({ Prefer });
    expect(task.headers.etag).toBe(`"${json<TaskBody>(task).version}"`);
    const created = await send(mock, {
      method: 'POST',
      path: '/api/v1/tasks',
      headers: { ...BEARER, Prefer, 'Content-Type': 'application/json' },
      body: '{"title":"Buy milk"}',
    });
    expect(created.headers.location).toBe(`/api/v1/tasks/${json<TaskBody>(created).id}`);
  });

  test('and links lead to pages that the body says are there', async () => {
    expect((await listTasks()).headers.link).toBe(
      '</api/v1/tasks?size=5&page=1>; rel="first", </api/v1/tasks?size=5&page=1>; rel="last"',
    );
  });
});

describe('conditional requests', () => {
  test('answer 304 to the version of the example', async () => {
    const answer = await getTask({ 'If-None-Match': '"1", W/"3"' });
    expect(answer).toMatchObject({ status: 304, text: '', headers: { etag: '"3"' } });
    expect((await getTask({ 'If-None-Match': '"2"' })).status).toBe(200);
  });

  test('answer 412 to any other', async () => {
    expect((await ask('DELETE', ABSENT_TASK, { 'If-Match': '"2"' })).status).toBe(412);
    expect((await ask('DELETE', ABSENT_TASK, { 'If-Match': '"3"' })).status).toBe(204);
    expect((await ask('DELETE', ABSENT_TASK, { 'If-Match': '*' })).status).toBe(204);
  });
});

describe('generated data', () => {
  test('differs from answer to answer, and not from run to run', async () => {
    const ids = async (other: Mock): Promise<string[]> => {
      const call = { method: 'GET', path: ABSENT_TASK, headers: BEARER };
      const answers = [await send(other, call), await send(other, call), await send(other, call)];
      return answers.map((answer) => json<TaskBody>(answer).id);
    };
    const [one, same, other] = await Promise.all([
      startTestMock({ dynamic: true, seed: 7 }),
      startTestMock({ dynamic: true, seed: 7 }),
      startTestMock({ dynamic: true, seed: 8 }),
    ]);
    const first = await ids(one);
    expect(new Set(first).size).toBe(3);
    expect(await ids(same)).toEqual(first);
    expect(await ids(other)).not.toEqual(first);
    await Promise.all([one.stop(), same.stop(), other.stop()]);
  });
});
