import type { ContractOperation } from '../../setup/contract.ts';
import type { Call } from '../../setup/http.ts';
import { encodeBody, exampleBodies, exampleCall } from '../../setup/requests.ts';
import { createTask, sessionIdOf } from '../../setup/scenes.ts';
import type { TestApp, TestUser } from '../../setup/test-app.ts';

/** Ids by the names of their path parameters. */
export type Things = Readonly<Record<string, string>>;

/** A text that nobody but the owner may see. */
export const SECRET = "The owner's secret";

/** One thing of each kind that the paths of the operation can name. */
export async function thingsOf(app: TestApp, owner: TestUser, operation: ContractOperation): Promise<Things> {
  const make = async (path: string, body: object): Promise<{ id: string }> => {
    const { body: made } = await app.as(owner).post(`/api/v1/${path}`).send(body).expect(201);
    return made.access_token ?? made;
  };
  return {
    task_id: (await createTask(app, owner, { title: SECRET })).id,
    project_id: (await make('projects', { name: SECRET })).id,
    tag_id: (await make('tags', { name: SECRET })).id,
    session_id: sessionIdOf(owner),
    token_id: (await make('me/tokens', { name: SECRET, scopes: ['tasks:read'] })).id,
    // For admins anybody's will do; for others it is their own.
    user_id: operation.requiredRole === 'admin' ? (await app.register()).id : owner.id,
  };
}

let made = 0;

/** What the contract's example has to become so that the caller can send it, and send it again. */
const CHANGES: Readonly<Record<string, (caller: TestUser | undefined, things: Things) => unknown>> = {
  email: () => `caller-${process.pid}-${++made}@example.com`,
  current_password: (caller) => caller?.password ?? 'correct horse battery',
  after: () => null,
  operations: (_caller, { task_id: id }) => [
    { op: 'create', task: { title: 'Buy milk' } },
    ...(id === undefined
      ? []
      : [
          { op: 'update', id, patch: { priority: 'high' } },
          { op: 'complete', id },
        ]),
  ],
  refresh_token: (caller) => caller?.tokens.refresh_token ?? 'nonsense',
};

/**
 * The call that the contract shows, as this caller would make it.
 *
 * @throws Error for a path that names a kind of thing which nobody makes here
 */
export function callOf(operation: ContractOperation, caller: TestUser | undefined, things: Things): Call {
  const { headers, ...call } = exampleCall(operation);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = things[name];
    if (id === undefined) throw new Error(`Who is the owner of a ${name}? See thingsOf`);
    return id;
  });
  const credentials = caller === undefined ? {} : { Authorization: caller.authorization };
  return { ...call, path, headers: { ...headers, ...credentials }, ...bodyOf(operation, caller, things) };
}

function bodyOf(
  operation: ContractOperation,
  caller: TestUser | undefined,
  things: Things,
): { body?: string } {
  const [example] = exampleBodies(operation) as Record<string, unknown>[];
  const [mediaType] = operation.mediaTypes;
  if (example === undefined || mediaType === undefined) return {};
  // Who logs in does so as somebody who is there.
  if (operation.operationId === 'login') {
    const { email = 'nobody@example.com', password = 'correct horse battery' } = caller ?? {};
    return { body: encodeBody(mediaType, { email, password }) };
  }
  const body = Object.entries(example).map(([name, value]) => {
    const change = CHANGES[name];
    return [name, change === undefined ? value : change(caller, things)];
  });
  return { body: encodeBody(mediaType, Object.fromEntries(body)) };
}
