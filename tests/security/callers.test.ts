/**
 * Who may call what. For secured operations this follows from the contract, so that one that is added is covered; public
 * ones are decided about one by one, and one that nobody decided about fails the suite. What becomes of ids that are
 * somebody else's is in `tests/conformance/sequences/strangers.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import { type Answer, createRawClient, type RawClient } from '../setup/http.ts';
import { encodeBody, exampleCall, fillPath } from '../setup/requests.ts';
import { limitedTo, storedData, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

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

/** What becomes of a user who may do everything, and what is left of them to call with. */
const CALLERS = {
  anonymous: async () => undefined,
  unscoped: async (user: TestUser, { scopes = [] }: ContractOperation) => {
    const all = Object.keys(contract.components.securitySchemes.bearerAuth.flows.password.scopes);
    return limitedTo(app, user, all.filter((scope) => !scopes.includes(scope)).join(' '));
  },
  disabled: async (user: TestUser) => {
    await app.database('users').where({ id: user.id }).update({ disabled_at: new Date().toISOString() });
    // What the server remembers of a session is at most ten seconds old.
    app.advance(10_000);
    return user;
  },
  'logged out': async (user: TestUser) => {
    const { refresh_token } = user.tokens;
    await app.anonymous.post('/api/v1/auth/logout').send({ refresh_token }).expect(204);
    return user;
  },
  fine: async (user: TestUser) => user,
} as const;
type Caller = keyof typeof CALLERS;

/** The call that the contract shows, as this caller would make it. */
function send(
  operation: ContractOperation,
  caller: TestUser | undefined,
  { id, body }: { readonly id?: string; readonly body?: string | undefined } = {},
): Promise<Answer> {
  const call = exampleCall(operation);
  const credentials = caller === undefined ? {} : { Authorization: caller.authorization };
  const path = fillPath(operation.path, id);
  const content = body === undefined ? {} : { body };
  return client.send({ ...call, ...content, path, headers: { ...call.headers, ...credentials } });
}

const secured = operations.filter(({ scopes }) => scopes !== undefined);

describe.each(secured)('$operationId', (operation) => {
  it.each([
    ['anonymous', 401],
    ['unscoped', 403],
    ['disabled', 401],
    ['logged out', 401],
  ] as const)('refuses somebody who is %s, the owner too, and changes nothing', async (kind, status) => {
    const { user, task } = await userWithTask(app, { title: "The owner's secret" });
    const caller = await CALLERS[kind](user, operation);
    const before = await storedData(app, user);
    const answer = await send(operation, caller, { id: task.id });
    expect([kind, answer.status]).toEqual([kind, status]);
    expect(breaches(operation, answer)).toEqual([]);
    expect(answer.text).not.toContain(task.title);
    expect(await storedData(app, user)).toBe(before);
  });
});

describe.each(secured.filter(({ pathParameters }) => pathParameters.length === 0))(
  '$operationId',
  (operation) => {
    it("neither shows nor touches what is somebody else's", async () => {
      const { user, task } = await userWithTask(app, { title: "The owner's secret" });
      const { user: stranger } = await userWithTask(app, { title: "A stranger's own" });
      const before = await storedData(app, user);
      const answer = await send(operation, stranger);
      expect(breaches(operation, answer)).toEqual([]);
      expect(answer.status).toBeLessThan(500);
      for (const secret of [task.title, task.id, user.id]) expect(answer.text).not.toContain(secret);
      expect(await storedData(app, user)).toBe(before);
    });
  },
);

type Decision = Readonly<Record<Caller, number>>;
const everybody = (status: number): Decision => ({
  anonymous: status,
  unscoped: status,
  disabled: status,
  'logged out': status,
  fine: status,
});

/** Public operations. The credentials of some are in the body: the caller's own, and made up ones for nobody. */
const PUBLIC: Readonly<Record<string, Decision>> = {
  registerUser: everybody(201),
  login: { ...everybody(200), anonymous: 401, disabled: 401 },
  refreshSession: { ...everybody(200), anonymous: 401, disabled: 401, 'logged out': 401 },
  logout: everybody(204),
  getHealth: everybody(200),
  getLiveness: everybody(200),
  getReadiness: everybody(200),
};

function bodyOf(operationId: string, caller: TestUser | undefined): string | undefined {
  const { email = 'nobody@example.com', password = 'correct horse battery' } = caller ?? {};
  const refresh_token = caller?.tokens.refresh_token ?? 'nonsense';
  const bodies: Record<string, Record<string, string>> = {
    registerUser: { email: `caller-${++made}@example.com`, password },
    login: { email, password },
    refreshSession: { refresh_token },
    logout: { refresh_token },
  };
  const body = bodies[operationId];
  return body && encodeBody('application/json', body);
}

const open = operations.filter(({ scopes }) => scopes === undefined);

it('decides about every public operation, and about no other', () => {
  expect(Object.keys(PUBLIC).sort()).toEqual(open.map(({ operationId }) => operationId).sort());
});

describe.each(open)('$operationId', (operation) => {
  it.each(Object.keys(CALLERS) as Caller[])('answers somebody who is %s as decided', async (kind) => {
    const { user, task } = await userWithTask(app, { title: "The owner's secret" });
    const caller = await CALLERS[kind](user, operation);
    const before = await storedData(app, user);
    const body = bodyOf(operation.operationId, caller);
    const answer = await send(operation, caller, { body });
    expect([kind, answer.status]).toEqual([kind, PUBLIC[operation.operationId]?.[kind]]);
    expect(breaches(operation, answer)).toEqual([]);
    expect(answer.text).not.toContain(task.title);
    if (kind === 'anonymous') expect(await storedData(app, user)).toBe(before);
  });
});
