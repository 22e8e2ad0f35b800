/** What every operation has to answer alike, whatever its body, generated from the contract: a new operation is tested before it is written. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches, problemBreaches } from '../setup/answers.ts';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { exampleCall, fillPath } from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let client: RawClient;
/** Somebody who may call every operation. */
let user: TestUser;
/** Values of `Authorization` by the one scope they carry. */
const limited = new Map<string, string>();
let taskId: string;

const scopes: string[] = Object.keys(contract.components.securitySchemes.bearerAuth.flows.password.scopes);

beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
  user = await registerAdmin(app);
  for (const scope of scopes) {
    const credentials = { email: user.email, password: user.password, scope };
    const { body } = await app.anonymous.post('/api/v1/auth/login').send(credentials).expect(200);
    limited.set(scope, `Bearer ${body.access_token}`);
  }
  const task = await app.as(user).post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
  taskId = task.body.id;
});
afterAll(async () => {
  client.close();
  await app.close();
});

/** Sends the call with the user's token where one is needed, and holds the answer against the contract. */
async function ask(operation: ContractOperation, call: Call, authorization?: string): Promise<Answer> {
  const credentials = operation.scopes && { Authorization: authorization ?? user.authorization };
  const answer = await client.send({ ...call, headers: { ...credentials, ...call.headers } });
  expect(breaches(operation, answer)).toEqual([]);
  return answer;
}

it('has a file of tests for every operation', () => {
  const files = readdirSync(new URL('../operations/', import.meta.url));
  // `<operationId>.<part>.test.ts` where there is much to say of one.
  const tested = new Set(files.map((file) => file.split('.')[0]));
  expect([...tested].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  expect(operations.filter(({ operationId }) => !files.includes(`${operationId}.test.ts`))).toEqual([]);
});

const secured = operations.filter((operation) => operation.scopes !== undefined);

describe.each(secured)('$operationId wants a token', (operation) => {
  const { 'Content-Type': _type, ...headers } = { ...exampleCall(operation).headers };
  const call = { ...exampleCall(operation), headers };

  it('answers 401 and asks for one, before it looks at the body', async () => {
    const answer = await client.send({ ...call, body: '{"' });
    expect(breaches(operation, answer)).toEqual([]);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="taskpact"');
  });

  it.each([
    { what: 'garbage', authorization: 'Bearer garbage', challenge: 'error="invalid_token"' },
    { what: 'another scheme', authorization: 'Basic dXNlcjpwYXNz', challenge: 'realm="taskpact"' },
  ])('answers 401 to $what', async ({ authorization, challenge }) => {
    const answer = await ask(operation, call, authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain(challenge);
  });

  it('answers 403 to every other scope, and names the one that is missing', async () => {
    for (const other of scopes.filter((scope) => !operation.scopes?.includes(scope))) {
      const answer = await ask(operation, call, limited.get(other));
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({
        code: 'insufficient_scope',
        detail: expect.stringContaining(String(operation.scopes)),
      });
      expect(answer.headers['www-authenticate']).toContain(`scope="${operation.scopes}"`);
    }
  });
});

/** Ids in a path that can be sent and are none, with what they are answered; `tests/conformance/` has many more. */
const ODD_IDS = [
  { id: '17', status: 422 },
  { id: '%zz', status: 400 },
];

describe.each(operations)('$operationId', (operation) => {
  const call = exampleCall(operation);

  it('answers 422 to a query parameter that it does not have', async () => {
    const answer = await ask(operation, { ...call, path: `${call.path}?nonsense=1` });
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text).errors).toMatchObject([{ parameter: 'nonsense', code: 'unknown' }]);
  });

  it.each(operation.pathParameters.length === 0 ? [] : ODD_IDS)(
    'answers $status to the id $id',
    async ({ id, status }) => {
      const answer = await ask(operation, { ...call, path: fillPath(operation.path, id) });
      expect(answer.status).toBe(status);
    },
  );

  it('keeps a well-formed X-Request-Id and replaces any other', async () => {
    const asked = async (id: string) => {
      const answer = await ask(operation, {
        ...call,
        path: `${call.path}?x`,
        headers: { ...call.headers, 'X-Request-Id': id },
      });
      return answer.headers['x-request-id'];
    };
    expect(await asked('trace-0123456789')).toBe('trace-0123456789');
    for (const id of ['short', 'x'.repeat(65), 'with spaces in it', '<script>alert(1)</script>']) {
      expect(await asked(id)).not.toBe(id);
    }
  });
});

describe.each(operations.filter(({ method }) => method === 'GET'))('$operationId', (operation) => {
  it('OE4 answers HEAD like GET, without the body', async () => {
    const path = fillPath(operation.path, taskId);
    const shown = await ask(operation, { method: 'GET', path });
    const head = await client.send({
      method: 'HEAD',
      path,
      headers: operation.scopes ? { Authorization: user.authorization } : {},
    });
    expect(breaches(operation, head, true)).toEqual([]);
    expect(head.text).toBe('');
    // How a body is framed says nothing where there is none (RFC 9112 section 6.1).
    const stable = ({ status, headers }: Answer) => {
      const { date, 'x-request-id': id, 'transfer-encoding': framing, ...others } = headers;
      return { status, headers: others };
    };
    expect(stable(head)).toEqual(stable(shown));
  });
});

describe.each(Object.keys(contract.paths))('%s', (path) => {
  const documented = operations.filter((operation) => operation.path === path).map(({ method }) => method);
  const allowed = [...documented, ...(documented.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  const allow = ({ headers }: Answer) => new Set(headers.allow?.split(', '));

  it('OE4 answers OPTIONS without a token', async () => {
    const answer = await client.send({ method: 'OPTIONS', path: fillPath(path) });
    expect(answer.status).toBe(204);
    expect(allow(answer)).toEqual(new Set(allowed));
    expect(answer.text).toBe('');
  });

  it('answers 404 to the path with a slash at the end or in capitals', async () => {
    for (const other of [`${path}/`, path.toUpperCase(), `/${path}`]) {
      const answer = await client.send({ method: 'GET', path: fillPath(other) });
      expect(answer.status).toBe(404);
      expect(problemBreaches(answer)).toEqual([]);
    }
  });
});

/** The last tests of the file: the database does not come back. */
describe('without a database', () => {
  beforeAll(() => app.database.destroy());

  it.each(operations)('$operationId answers 503 and when to try again, or needs none', async (operation) => {
    const { operationId, statuses, requiredRole } = operation;
    // Whose the tasks are is answered without a look at the database, too.
    const path = requiredRole === undefined ? operation.path.replace('{user_id}', 'me') : operation.path;
    const call = { ...exampleCall(operation), path: fillPath(path, taskId) };
    // The examples of these are answered without a look at the database.
    const token = { body: JSON.stringify({ refresh_token: user.tokens.refresh_token }) };
    const body = ['refreshSession', 'logout'].includes(operationId) ? token : {};
    const answer = await ask(operation, { ...call, ...body });
    expect(answer.status).toBe(statuses.includes(503) ? 503 : 200);
    expect(answer.headers['retry-after']).toBe(statuses.includes(503) ? '1' : undefined);
  });
});
