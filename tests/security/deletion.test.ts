/**
 * What an account wrote, and what was noted of it, is nowhere in the database once it is deleted. The account is filled
 * through every operation that takes a body; one that is new to the contract fails the suite until it is here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, operation, operations } from '../setup/contract.ts';
import { dumpRows, tablesOfUsers } from '../setup/data-dump.ts';
import { resolveIn } from '../setup/schema-checker.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

/** Spelled so that whatever the server does to case, or to an address, it is still found. */
const CANARY = 'canary-4e1f';
const EMAIL = `${CANARY}@example.com`;
const PASSWORD = `${CANARY} password`;
const IP = '203.0.113.77';
const TIMEZONE = 'Antarctica/Troll';

/** Fields that can't hold any text. Every other one of a body gets the canary. */
const FITTING: Readonly<Record<string, unknown>> = {
  email: EMAIL,
  username: EMAIL,
  password: PASSWORD,
  current_password: PASSWORD,
  new_password: PASSWORD,
  timezone: TIMEZONE,
  status: 'completed',
  priority: 'urgent',
  scopes: ['tasks:read'],
  expires_at: '2099-12-31T00:00:00.000Z',
  scope: '',
  grant_type: 'password',
  project_id: null,
  parent_id: null,
  due: { date: '2026-11-28', time: '18:00', timezone: TIMEZONE },
  tags: [`${CANARY} tag`],
  color: '#3366cc',
  archived: true,
  position: 'jV',
};

/** Operations with a body that write nothing of the caller's account, or whose every field is written by another. */
const NOT_FILLED = {
  refreshSession: 'takes a token that the server made',
  logout: 'ends what it would have written',
  verifyEmail: 'takes a token that the server made',
  resetPassword: 'takes a token that the server made',
  resendVerification: 'takes an address, and finds the account by it',
  requestPasswordReset: 'takes an address, and finds the account by it',
  changePassword: 'writes what registerUser has written',
  requestEmailChange: 'writes a new address: see below',
  moveTask: 'writes a place among other tasks',
  adminCreateUser: 'is for admins',
  adminUpdateUser: 'is for admins',
};

type Filler = (body: Record<string, unknown>, authorization: string) => Promise<number>;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ TRUST_PROXY: '1' });
});
afterAll(() => app.close());

const send = async (method: 'post' | 'patch' | 'put', path: string, body: object, authorization = '') => {
  const response = await app.anonymous[method](path)
    .set({ 'User-Agent': `${CANARY} browser`, 'X-Forwarded-For': IP })
    .set('Idempotency-Key', `${CANARY}-${crypto.randomUUID()}`)
    .set(authorization === '' ? {} : { Authorization: authorization })
    .send(body);
  return response;
};
/** The path of a new one. */
const newPath = async (list: string, body: object, authorization: string): Promise<string> => {
  const { body: created } = await send('post', `/api/v1/${list}`, body, authorization);
  return `/api/v1/${list}/${created.id}`;
};
const taskPath = (token: string) => newPath('tasks', { title: CANARY }, token);
const userTaskPath = (token: string) => newPath('users/me/tasks', { title: CANARY }, token);
const projectPath = (token: string) => newPath('projects', { name: CANARY }, token);
const tagPath = (token: string) => newPath('tags', { name: `${CANARY} old name` }, token);

const FILLERS: Readonly<Record<string, Filler>> = {
  login: async (body) => (await send('post', '/api/v1/auth/login', body)).status,
  updateMe: async (body, token) => (await send('patch', '/api/v1/me', body, token)).status,
  createAccessToken: async (body, token) => (await send('post', '/api/v1/me/tokens', body, token)).status,
  createTask: async (body, token) => (await send('post', '/api/v1/tasks', body, token)).status,
  replaceTask: async (body, token) => (await send('put', await taskPath(token), body, token)).status,
  updateTask: async (body, token) => (await send('patch', await taskPath(token), body, token)).status,
  createUserTask: async (body, token) => (await send('post', '/api/v1/users/me/tasks', body, token)).status,
  replaceUserTask: async (body, token) => (await send('put', await userTaskPath(token), body, token)).status,
  updateUserTask: async (body, token) => (await send('patch', await userTaskPath(token), body, token)).status,
  batchTasks: async (_body, token) => {
    const operations = [{ op: 'create', task: canaryBody('createTask') }];
    return (await send('post', '/api/v1/tasks/batch', { operations }, token)).status;
  },
  createProject: async (body, token) => (await send('post', '/api/v1/projects', body, token)).status,
  replaceProject: async (body, token) => (await send('put', await projectPath(token), body, token)).status,
  updateProject: async (body, token) => (await send('patch', await projectPath(token), body, token)).status,
  updateTag: async (body, token) => (await send('patch', await tagPath(token), body, token)).status,
  createTag: async (_body, token) => {
    const body = { ...canaryBody('createTag'), name: `${CANARY} other name` };
    return (await send('post', '/api/v1/tags', body, token)).status;
  },
};

/** A body with the canary in every field that takes text. */
function canaryBody(operationId: string): Record<string, unknown> {
  const { path, method, mediaTypes } = operation(operationId);
  const { content } = contract.paths[path][method.toLowerCase()].requestBody;
  const { properties } = resolveIn(contract, content[String(mediaTypes[0])].schema);
  return Object.fromEntries(
    Object.keys(properties)
      // Made by the server where a client leaves it out.
      .filter((name) => name !== 'id')
      .map((name) => [name, name in FITTING ? FITTING[name] : `${CANARY} ${name}`]),
  );
}

describe('PV2 a deleted account', () => {
  it('was filled through every operation that takes a body', () => {
    const writing = operations.filter(({ mediaTypes }) => mediaTypes.length > 0);
    const known = ['registerUser', ...Object.keys(FILLERS), ...Object.keys(NOT_FILLED)];
    expect(writing.map(({ operationId }) => operationId).sort()).toEqual(known.sort());
  });

  it('leaves none of its words, its addresses and its secrets anywhere', async () => {
    const registered = await send('post', '/api/v1/auth/register', canaryBody('registerUser'));
    expect(registered.status).toBe(201);
    const authorization = `Bearer ${registered.body.access_token}`;
    for (const [id, fill] of Object.entries(FILLERS)) {
      expect([id, await fill(canaryBody(id), authorization)]).toEqual([id, expect.toSatisfy(isSuccess)]);
    }
    const deletedTask = await taskPath(authorization);
    await app.anonymous.delete(deletedTask).set('Authorization', authorization).expect(204);

    const marks = [CANARY, IP, TIMEZONE.toLowerCase(), Buffer.from(CANARY).toString('hex')];
    const filled = await dumpRows(app.database);
    expect(marks.filter((mark) => filled.includes(mark))).toEqual(marks.slice(0, 3));
    await app.anonymous.delete('/api/v1/me').set('Authorization', authorization).expect(204);
    const left = await dumpRows(app.database);
    expect(marks.filter((mark) => left.includes(mark))).toEqual([]);
    expect(left).not.toContain(registered.body.user.id);
  });
});

describe('PV2 a table that says whose row it is', () => {
  /** Have no foreign key, for their rows may lie on another machine; the deletion names them. */
  const NAMED = ['user_emails', 'external_identities'];

  it('loses its rows with the account', async () => {
    const { rows }: { rows: { child: string; parent: string }[] } = await app.database.raw(
      `select conrelid::regclass::text as child, confrelid::regclass::text as parent
       from pg_constraint where contype = 'f' and confdeltype = 'c'`,
    );
    const follows = (table: string): boolean =>
      table === 'users' ||
      rows.some(({ child, parent }) => child === table && parent !== table && follows(parent));
    const tables = await tablesOfUsers(app.database);
    expect(tables).toEqual(
      expect.arrayContaining([
        ...[
          'events',
          'idempotency_keys',
          'personal_tokens',
          'projects',
          'sessions',
          'tags',
          'task_tags',
          'tasks',
        ],
        ...NAMED,
      ]),
    );
    expect(tables.filter((table) => !NAMED.includes(table) && !follows(table))).toEqual([]);
  });
});

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
