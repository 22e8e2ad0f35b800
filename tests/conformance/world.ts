import { type ContractOperation, operations } from '../setup/contract.ts';
import type { Answer, Call, RawClient } from '../setup/http.ts';
import { exampleCall } from '../setup/requests.ts';
import type { TestApp, TestUser } from '../setup/test-app.ts';
import { EXISTING, type Parts, toCall } from './parts.ts';

/** Values that only the server's state knows: by operation, by field of its body. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, (user: TestUser) => string>>>> = {
  login: {
    email: ({ email }) => email,
    username: ({ email }) => email,
    password: ({ password }) => password,
    scope: () => '',
  },
  refreshSession: { refresh_token: ({ tokens }) => tokens.refresh_token },
};

/** A user of one operation's tests, and the things that its paths name, made when they are needed. */
export interface World {
  /** Sends the request as this user, where the operation asks for one. */
  send(parts: Parts): Promise<{ readonly call: Call; readonly answer: Answer }>;
  /** As `send`, for requests that are written already. */
  sendCall(call: Call): Promise<Answer>;
  /** The ids of what exists, by name of the path parameter. */
  ids(): Promise<Readonly<Record<string, string>>>;
  /** The request with everything that `KNOWN` has for it. */
  informed(parts: Parts): Parts;
}

export async function createWorld(
  app: TestApp,
  client: RawClient,
  operation: ContractOperation,
): Promise<World> {
  const user = await app.register();
  const secure = (target: ContractOperation, call: Call): Call =>
    target.scopes === undefined
      ? call
      : { ...call, headers: { Authorization: user.authorization, ...call.headers } };
  let known: Record<string, string> | undefined;

  const ids = async (): Promise<Record<string, string>> => {
    if (known !== undefined) return known;
    const made: Record<string, string> = {};
    for (const [index, name] of operation.pathParameters.entries()) {
      const collection = operation.path.split(`/{${name}}`)[0] ?? '';
      made[name] = await provide(fill(collection, made), collection);
      if (index === operation.pathParameters.length - 1) known = made;
    }
    return made;
  };
  /** The id of a new thing in a collection, by its POST; or of one that is listed there. */
  const provide = async (path: string, template: string): Promise<string> => {
    const creation = operations.find(({ method, path: own }) => own === template && method === 'POST');
    const maker =
      creation ?? operations.find(({ method, path: own }) => own === template && method === 'GET');
    if (maker === undefined) throw new Error(`Nothing makes what ${operation.path} names in ${template}`);
    const answer = await client.send(secure(maker, { ...exampleCall(maker), path }));
    if (answer.status >= 300)
      throw new Error(`${maker.operationId} answered ${answer.status}: ${answer.text}`);
    const id = findId(JSON.parse(answer.text));
    if (id === undefined) throw new Error(`${maker.operationId} answered nothing with an id`);
    return id;
  };

  const sendCall = (call: Call): Promise<Answer> => client.send(secure(operation, call));
  return {
    ids,
    sendCall,
    send: async (parts) => {
      const usesIds = Object.values(parts.path).includes(EXISTING);
      const call = toCall(operation, parts, usesIds ? await ids() : {});
      const answer = await sendCall(call);
      // What was deleted is not there for the next request.
      if (operation.method === 'DELETE' && answer.status < 300) known = undefined;
      return { call, answer };
    },
    informed: (parts) => {
      const fields = KNOWN[operation.operationId] ?? {};
      const body = parts.body as Readonly<Record<string, unknown>> | undefined;
      if (body === undefined) return parts;
      const own = Object.entries(fields).filter(([name]) => name in body);
      return {
        ...parts,
        body: { ...body, ...Object.fromEntries(own.map(([name, value]) => [name, value(user)])) },
      };
    },
  };
}

function fill(template: string, ids: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(ids[name]));
}

/** The thing itself, the first that is listed, or what came beside a secret. */
export function findId(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  if ('id' in answer && typeof answer.id === 'string') return answer.id;
  return Object.values(answer)
    .map((child: unknown) => findId(Array.isArray(child) ? child[0] : child))
    .find((id) => id !== undefined);
}
