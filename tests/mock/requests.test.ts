/** The mock refuses what the server refuses, in the same words: both get the same bad requests. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mock } from '../../mock/src/server.ts';
import { problemBreaches } from '../setup/answers.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { ABSENT_TASK } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { BEARER, json, send, startTestMock } from './support.ts';

let app: TestApp;
let server: RawClient;
let token: string;
let mock: Mock;
beforeAll(async () => {
  app = await createTestApp();
  server = createRawClient(app.server);
  token = (await app.register()).authorization;
  mock = await startTestMock();
});
afterAll(async () => {
  server.close();
  await Promise.all([app.close(), mock.stop()]);
});

const TASKS = '/api/v1/tasks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const PATCH = { 'Content-Type': 'application/merge-patch+json' };
const post = (body: string, headers: object = JSON_TYPE): Call => ({
  method: 'POST',
  path: TASKS,
  headers: { ...BEARER, ...headers },
  body,
});
const get = (path: string): Call => ({ method: 'GET', path, headers: BEARER });

const REFUSED: Record<string, { status: number; call: Call }> = {
  'no token': { status: 401, call: { method: 'GET', path: TASKS } },
  'another scheme': { status: 401, call: { ...get(TASKS), headers: { Authorization: 'Basic YTpi' } } },
  'no word of a token': { status: 401, call: { ...get(TASKS), headers: { Authorization: 'Bearer' } } },
  'two words of a token': { status: 401, call: { ...get(TASKS), headers: { Authorization: 'Bearer a b' } } },
  'a value that is too big': { status: 422, call: get(`${TASKS}?size=500`) },
  'values that are not in the list': { status: 422, call: get(`${TASKS}?status=done&priority=none`) },
  'an unknown parameter': { status: 422, call: get(`${TASKS}?colour=red`) },
  'an id that is none': { status: 422, call: get(`${TASKS}/17`) },
  'a path that is no path': { status: 400, call: get(`${TASKS}/%zz`) },
  'a header that is none': {
    status: 422,
    call: { method: 'DELETE', path: ABSENT_TASK, headers: { ...BEARER, 'If-Match': 'x' } },
  },
  'a missing field': { status: 422, call: post('{}') },
  'an unknown field': { status: 422, call: post('{"title":"Buy milk","colour":"red"}') },
  'several faults at once': { status: 422, call: post('{"title":"","status":"done","colour":"red"}') },
  'null where it may not be': {
    status: 422,
    call: { method: 'PATCH', path: ABSENT_TASK, headers: { ...BEARER, ...PATCH }, body: '{"title":null}' },
  },
  'a list for an object': { status: 422, call: post('[]') },
  'NUL in a text': { status: 422, call: post('{"title":"a\\u0000b"}') },
  'half a character': { status: 422, call: post('{"title":"\\ud800"}') },
  'broken JSON': { status: 400, call: post('{"title":') },
  'a body that is too large': { status: 413, call: post(`{"title":"${'x'.repeat(100_000)}"}`) },
  'another media type': { status: 415, call: post('title=Buy+milk', FORM) },
  'no media type': { status: 415, call: post('{}', {}) },
  'another charset': {
    status: 415,
    call: post('{}', { 'Content-Type': 'application/json; charset=utf-16' }),
  },
  'a bad form': {
    status: 422,
    call: {
      method: 'POST',
      path: '/api/v1/auth/login',
      headers: FORM,
      body: 'grant_type=implicit&username=&colour=red',
    },
  },
  'a bad address and time zone': {
    status: 422,
    call: {
      method: 'POST',
      path: '/api/v1/auth/register',
      headers: JSON_TYPE,
      body: '{"email":"a@b","password":"short","timezone":"Mars/Base"}',
    },
  },
  'an unknown path': { status: 404, call: get('/api/v1/nowhere') },
  'an unknown method': { status: 405, call: { method: 'PUT', path: TASKS, headers: BEARER } },
};

/** What has to be equal: the whole problem, but for the request's own id and the server's own name. */
function essence({ status, headers, text }: Answer): object {
  const { type, request_id: _, ...problem } = JSON.parse(text);
  const { allow, 'www-authenticate': challenge, 'content-type': mediaType } = headers;
  return { status, allow, challenge, mediaType, type: type.replace(/^https?:\/\/[^/]+/, ''), ...problem };
}

describe('the mock and the server answer alike to', () => {
  test.each(Object.entries(REFUSED))('%s', async (_, { status, call }) => {
    const headers = {
      ...call.headers,
      ...(call.headers?.Authorization === BEARER.Authorization && { Authorization: token }),
    };
    const [mocked, real] = await Promise.all([send(mock, call), server.send({ ...call, headers })]);
    expect(mocked.status).toBe(status);
    expect(essence(mocked)).toEqual(essence(real));
    expect(problemBreaches(mocked, call.method)).toEqual([]);
  });
});

test('defaults are no fault, and neither is what a form may leave out', async () => {
  const body = 'grant_type=password&username=ada%40example.com&password=correct+horse';
  const answer = await send(mock, { method: 'POST', path: '/api/v1/auth/login', headers: FORM, body });
  expect(answer.status).toBe(200);
  const { access_token: accessToken } = json<{ access_token: string }>(answer);
  const list = await send(mock, { ...get(TASKS), headers: { Authorization: `Bearer ${accessToken}` } });
  expect(list.status).toBe(200);
});
