/**
 * Who may do what, for every operation of the contract. An operation that the table does not name fails the suite, so
 * that nobody adds one without deciding.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { ABSENT_ID, encodeBody, exampleCall, fillPath } from '../setup/requests.ts';
import { limitedTo, type TaskScene, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const ACTORS = ['anonymous', 'owner', 'stranger', 'unscoped', 'disabled', 'loggedOut'] as const;
type Actor = (typeof ACTORS)[number];
type Expectation = Readonly<Record<Actor, number>>;

/** The credentials of these operations are in the body: the actor's own, and made up ones for nobody. */
const everybody = (status: number): Expectation => ({
  anonymous: status,
  owner: status,
  stranger: status,
  unscoped: status,
  disabled: status,
  loggedOut: status,
});
const secured = { anonymous: 401, unscoped: 403, disabled: 401, loggedOut: 401 } as const;
/** Each sees something of their own. */
const own = { ...secured, owner: 200, stranger: 200 } as const;
/** Only one of them has it. */
const owned = (status: number): Expectation => ({ ...secured, owner: status, stranger: 404 });

const TABLE: Readonly<Record<string, Expectation>> = {
  registerUser: everybody(201),
  login: { ...everybody(200), anonymous: 401, disabled: 401 },
  refreshSession: { ...everybody(200), anonymous: 401, disabled: 401, loggedOut: 401 },
  logout: everybody(204),
  getMe: own,
  updateMe: own,
  listTasks: own,
  createTask: { ...own, owner: 201, stranger: 201 },
  getTask: owned(200),
  replaceTask: owned(200),
  updateTask: owned(200),
  deleteTask: owned(204),
  getHealth: everybody(200),
  getLiveness: everybody(200),
  getReadiness: everybody(200),
};

/** Operations that change the caller's sessions, whatever else the caller may do. */
const SESSIONS = ['login', 'refreshSession', 'logout'];

let app: TestApp;
let client: RawClient;
let made = 0;
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
});
afterAll(async () => {
  client.close();
  await app.close();
});

/** A user in the part of the actor, and the task that everything is about. */
async function cast(
  actor: Actor,
  operation: ContractOperation,
): Promise<TaskScene & { caller: TestUser | undefined }> {
  const scene = await userWithTask(app, { title: "The owner's secret" });
  return { ...scene, caller: await play(actor, operation, scene.user) };
}

async function play(
  actor: Actor,
  operation: ContractOperation,
  owner: TestUser,
): Promise<TestUser | undefined> {
  if (actor === 'anonymous') return undefined;
  // The owner too is disabled and logged out: ownership must not help.
  if (actor !== 'stranger') {
    if (actor === 'disabled') await disable(owner);
    if (actor === 'loggedOut') await logout(owner);
    if (actor !== 'unscoped') return owner;
    const scopes: string[] = Object.keys(
      contract.components.securitySchemes.bearerAuth.flows.password.scopes,
    );
    return limitedTo(app, owner, scopes.filter((scope) => !operation.scopes?.includes(scope)).join(' '));
  }
  const stranger = await app.register();
  await app.as(stranger).post('/api/v1/tasks').send({ title: "A stranger's own" }).expect(201);
  return stranger;
}

/** What the server remembers of a session is at most ten seconds old. */
async function disable({ id }: TestUser): Promise<void> {
  await app.database('users').where({ id }).update({ disabled_at: new Date().toISOString() });
  app.advance(10_000);
}

const logout = ({ tokens: { refresh_token } }: TestUser) =>
  app.anonymous.post('/api/v1/auth/logout').send({ refresh_token }).expect(204);

/** The call of the operation as the caller would make it. */
function callOf(operation: ContractOperation, caller: TestUser | undefined, taskId: string): Call {
  const call = { ...exampleCall(operation), path: fillPath(operation.path, taskId) };
  const credentials = caller === undefined ? {} : { Authorization: caller.authorization };
  const body = bodyOf(operation.operationId, caller) ?? call.body;
  return { ...call, headers: { ...call.headers, ...credentials }, ...(body === undefined ? {} : { body }) };
}

function bodyOf(operationId: string, caller: TestUser | undefined): string | undefined {
  const { email = 'nobody@example.com', password = 'correct horse battery' } = caller ?? {};
  const refresh_token = caller?.tokens.refresh_token ?? 'nonsense';
  const bodies: Record<string, Record<string, string>> = {
    registerUser: { email: `matrix-${++made}@example.com`, password },
    login: { email, password },
    refreshSession: { refresh_token },
    logout: { refresh_token },
  };
  const body = bodies[operationId];
  return body && encodeBody('application/json', body);
}

/** Everything that is stored of the user, as text. */
async function dataOf({ id }: TestUser): Promise<string> {
  const rows = [await app.database('users').where({ id })];
  for (const table of ['user_emails', 'user_counters', 'sessions', 'refresh_tokens', 'tasks', 'events']) {
    rows.push(await app.database(table).where({ user_id: id }).orderByRaw('1, 2'));
  }
  return JSON.stringify(rows);
}

it('decides about every operation of the contract, and about no other', () => {
  expect(Object.keys(TABLE).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

describe.each(operations)('$operationId', (operation) => {
  const expected = TABLE[operation.operationId];

  it.each(ACTORS)('answers as decided when the caller is %s', async (actor) => {
    const { caller, task, user } = await cast(actor, operation);
    const before = await dataOf(user);
    const answer = await client.send(callOf(operation, caller, task.id));
    expect([actor, answer.status]).toEqual([actor, expected?.[actor]]);
    expect(breaches(operation, answer)).toEqual([]);
    const isAnother = actor === 'stranger' || actor === 'anonymous';
    const mayChange = actor === 'owner' || (!isAnother && SESSIONS.includes(operation.operationId));
    if (!mayChange) expect(await dataOf(user)).toBe(before);
    if (actor !== 'owner') expect(answer.text).not.toContain(task.title);
    if (actor === 'stranger') expect(answer.text).not.toContain(user.id);
  });
});

const ofOneTask = operations.filter(({ pathParameters }) => pathParameters.includes('task_id'));
describe.each(ofOneTask)("$operationId for somebody else's task", (operation) => {
  it.each([
    { condition: undefined },
    { condition: { 'If-Match': '"1"', 'If-None-Match': '"1"' } },
    { condition: { 'If-Match': '"7"', 'If-None-Match': '*' } },
  ])('is answered byte by byte like for one that does not exist, with $condition', async ({ condition }) => {
    const { caller, task, user } = await cast('stranger', operation);
    const before = await dataOf(user);
    const ask = async (id: string): Promise<string> => {
      const call = callOf(operation, caller, id);
      return comparable(await client.send({ ...call, headers: { ...call.headers, ...condition } }), id);
    };
    expect(await ask(task.id)).toBe(await ask(ABSENT_ID));
    expect(await dataOf(user)).toBe(before);
  });
});

/** Status, headers and body without the id that was asked for and what differs between any two answers. */
function comparable({ status, headers, text }: Answer, id: string): string {
  const { date, 'x-request-id': requestId = '', ...stable } = headers;
  const body = text.replace(String(requestId), 'request-id').replaceAll(id, 'id');
  return JSON.stringify({ status, stable, body });
}
