/**
 * AZ1 to AZ3: every operation of the contract with every kind of caller. What is expected follows from the contract's
 * policies, so that an operation that is added is covered; ids that are somebody else's, byte by byte, are in
 * `tests/conformance/sequences/strangers.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../../setup/answers.ts';
import { type ContractOperation, operations } from '../../setup/contract.ts';
import { type Answer, createRawClient, type RawClient } from '../../setup/http.ts';
import { storedData } from '../../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../../setup/test-app.ts';
import { CALLERS, type Caller, type Cast, cast } from './cast.ts';
import { expectationOf } from './expected.ts';
import { callOf, SECRET } from './things.ts';

let app: TestApp;
/** Where an address has to be proved. */
let strict: TestApp;
const clients = new Map<TestApp, RawClient>();
beforeAll(async () => {
  app = await createTestApp();
  strict = await createTestApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });
  for (const each of [app, strict]) clients.set(each, createRawClient(each.server));
});
afterAll(async () => {
  for (const [each, client] of clients) {
    client.close();
    await each.close();
  }
});

/** What a request may leave behind of the token that it came with. */
const OF_USE = ['sessions', 'personal_tokens'];

async function perform(
  server: TestApp,
  operation: ContractOperation,
  { caller, things }: Cast,
): Promise<Answer> {
  const answer = await (clients.get(server) as RawClient).send(callOf(operation, caller, things));
  expect(breaches(operation, answer)).toEqual([]);
  return answer;
}

const codeOf = ({ status, text }: Answer): string | undefined =>
  status < 400 ? undefined : JSON.parse(text).code;

describe.each(operations)('AZ1 $operationId', (operation) => {
  it.each(CALLERS)('answers somebody who is %s as the contract says', async (kind: Caller) => {
    const server = kind === 'unverified' ? strict : app;
    const scene = await cast(server, kind, operation);
    const { owner, caller } = scene;
    const before = await storedData(server, owner, OF_USE);
    const answer = await perform(server, operation, scene);
    const { statuses, code } = expectationOf(operation, kind);
    expect(statuses, `${kind}: ${answer.text}`).toContain(answer.status);
    expect(codeOf(answer)).toBe(code);
    if (answer.status === 403) expectNamed(operation, answer);
    if (code !== undefined && operation.scopes !== undefined) {
      expect(await storedData(server, owner, OF_USE)).toBe(before);
    }
    if (caller?.id !== owner.id) expect(answer.text).not.toContain(SECRET);
  });

  const others = operation.scopes === undefined ? [] : (['stranger', 'admin'] as const);
  it.each(others)('AZ2 neither shows nor touches what is not theirs to somebody who is %s', async (kind) => {
    const scene = await cast(app, kind, operation);
    const before = await storedData(app, scene.owner);
    const answer = await perform(app, operation, scene);
    const { user_id, ...own } = scene.things;
    for (const secret of [SECRET, ...Object.values(own)]) {
      expect(answer.text.replaceAll(callOf(operation, undefined, scene.things).path, '')).not.toContain(
        secret,
      );
    }
    expect(await storedData(app, scene.owner)).toBe(before);
  });
});

/** A 403 says what is missing. */
function expectNamed({ scopes = [], requiredRole }: ContractOperation, answer: Answer): void {
  const { code, detail } = JSON.parse(answer.text);
  const challenge = String(answer.headers['www-authenticate']);
  if (code === 'insufficient_role') expect(detail).toContain(`role ${requiredRole}`);
  if (code !== 'insufficient_scope') return;
  expect(detail).toContain(scopes.join(' '));
  expect(challenge).toContain(`error="insufficient_scope", scope="${scopes.join(' ')}"`);
}

describe('the table of callers', () => {
  it('decides about each operation and caller', () => {
    const undecided = operations.flatMap((operation) =>
      CALLERS.filter((caller) => expectationOf(operation, caller).statuses.length === 0),
    );
    expect(undecided).toEqual([]);
  });

  it('AZ3 refuses all ways to change a thing to whom it refuses to read it', () => {
    const readable = operations.filter(
      ({ method, pathParameters }) => method === 'GET' && pathParameters.length > 0,
    );
    for (const { path, ...read } of readable) {
      for (const write of operations.filter((other) => other.path === path)) {
        for (const caller of ['stranger', 'admin', 'anonymous', 'disabled', 'logged out'] as const) {
          const isRefused = expectationOf({ path, ...read }, caller).code !== undefined;
          expect([write.operationId, caller, expectationOf(write, caller).code !== undefined]).toEqual([
            write.operationId,
            caller,
            isRefused,
          ]);
        }
      }
    }
  });

  it('lets admins do nothing with what belongs to a user', () => {
    const forAdmins = operations.filter(({ requiredRole }) => requiredRole === 'admin');
    expect(forAdmins).not.toEqual([]);
    for (const { operationId, path, pathParameters } of forAdmins) {
      expect([operationId, path]).toEqual([operationId, expect.stringMatching(/^\/api\/v1\/admin\//)]);
      expect(pathParameters.filter((name) => name !== 'user_id')).toEqual([]);
    }
  });
});

describe('two users', () => {
  const views = operations.filter(
    ({ method, scopes, requiredRole, pathParameters }) =>
      method === 'GET' && scopes !== undefined && requiredRole === undefined && pathParameters.length === 0,
  );
  const view = async (user: TestUser): Promise<Record<string, string>> => {
    const seen: Record<string, string> = {};
    for (const operation of views) {
      const answer = await perform(app, operation, { caller: user, owner: user, things: {} });
      const { etag, link } = answer.headers;
      seen[operation.operationId] = JSON.stringify([answer.status, etag, link, withoutUse(answer.text)]);
    }
    return seen;
  };
  /** Every request of the owner's own moves these. */
  const withoutUse = (text: string): string =>
    text.replaceAll(/"(last_used_at|exported_at)":("[^"]*"|null)/g, '"$1":""');

  it('AZ6 see nothing of what the other does, in no list, count or entity tag', async () => {
    expect(views).not.toEqual([]);
    for (const operation of operations.filter(({ scopes }) => scopes !== undefined)) {
      const scene = await cast(app, 'stranger', operation);
      const before = await view(scene.owner);
      await perform(app, operation, scene);
      expect([operation.operationId, await view(scene.owner)]).toEqual([operation.operationId, before]);
    }
  });

  const creations = operations.filter(
    ({ statuses, scopes, requiredRole }) =>
      statuses.includes(201) && scopes !== undefined && requiredRole === undefined,
  );
  it.each(creations)('AZ10 can both make the same by $operationId', async (operation) => {
    const [first, second] = [await app.register(), await app.register()];
    const things = ({ id }: TestUser) => ({ user_id: id });
    const bodies = [first, second].map((caller) => callOf(operation, caller, things(caller)).body);
    expect(bodies[0]).toBe(bodies[1]);
    for (const caller of [first, second]) {
      const scene = { caller, owner: caller, things: things(caller) };
      expect((await perform(app, operation, scene)).status).toBe(201);
    }
  });
});
