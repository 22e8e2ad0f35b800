import type { ContractOperation } from '../../setup/contract.ts';
import type { Call } from '../../setup/http.ts';
import { encodeBody, exampleBodies, exampleCall } from '../../setup/requests.ts';
import { createTask, sessionIdOf } from '../../setup/scenes.ts';
import type { TestApp, TestUser } from '../../setup/test-app.ts';

/** Ids by the names of their path parameters. */
export type Things = Readonly<Record<string, string>>;

/** A text that nobody but the owner may see. */
export const SECRET = "The owner's secret";

/** One thing of each kind that a path can name. */
export async function thingsOf(app: TestApp, owner: TestUser): Promise<Things> {
  const token = { name: SECRET, scopes: ['tasks:read'] };
  const { body } = await app.as(owner).post('/api/v1/me/tokens').send(token).expect(201);
  return {
    task_id: (await createTask(app, owner, { title: SECRET })).id,
    session_id: sessionIdOf(owner),
    token_id: body.access_token.id,
    // For admins; anybody's will do.
    user_id: (await app.register()).id,
  };
}

let made = 0;

/** What the contract's example has to become so that the caller can send it, and send it again. */
const CHANGES: Readonly<Record<string, (caller: TestUser | undefined) => string>> = {
  email: () => `caller-${process.pid}-${++made}@example.com`,
  current_password: (caller) => caller?.password ?? 'correct horse battery',
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
  return { ...call, path, headers: { ...headers, ...credentials }, ...bodyOf(operation, caller) };
}

function bodyOf(operation: ContractOperation, caller: TestUser | undefined): { body?: string } {
  const [example] = exampleBodies(operation) as Record<string, string>[];
  const [mediaType] = operation.mediaTypes;
  if (example === undefined || mediaType === undefined) return {};
  // Who logs in does so as somebody who is there.
  if (operation.operationId === 'login') {
    const { email = 'nobody@example.com', password = 'correct horse battery' } = caller ?? {};
    return { body: encodeBody(mediaType, { email, password }) };
  }
  const body = Object.entries(example).map(([name, value]) => [name, CHANGES[name]?.(caller) ?? value]);
  return { body: encodeBody(mediaType, Object.fromEntries(body)) };
}
