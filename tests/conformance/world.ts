import { setTimeout as sleep } from 'node:timers/promises';
import { type ContractOperation, operations } from '../setup/contract.ts';
import type { Answer, Call, RawClient } from '../setup/http.ts';
import { mailedToken } from '../setup/mailed-tokens.ts';
import { exampleCall } from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import type { TestApp, TestUser } from '../setup/test-app.ts';
import { EXISTING, type Parts, toCall } from './parts.ts';

type Known = (user: TestUser, app: TestApp) => unknown;

/** One thing of each user, made when it is first asked for. */
function ownOf(path: string, body: object): (user: TestUser, app: TestApp) => Promise<string> {
  const ids = new WeakMap<TestUser, Promise<string>>();
  return (user, app) => {
    const id =
      ids.get(user) ??
      app
        .as(user)
        .post(path)
        .send(body)
        .expect(201)
        .then((answer) => String(answer.body.id));
    ids.set(user, id);
    return id;
  };
}
const ownProject = ownOf('/api/v1/projects', { name: 'Kitchen' });
const ownTask = ownOf('/api/v1/tasks', { title: 'Another one' });

/** A task is in a project, or else a subtask. */
const PLACE: Readonly<Record<string, Known>> = { project_id: ownProject, parent_id: () => null };

let batches = 0;
/** What is created and what is there, by turns: an operation has other fields for either. */
async function batch(user: TestUser, app: TestApp): Promise<unknown[]> {
  batches += 1;
  const due = { date: '2027-11-28', time: '18:00', timezone: 'Europe/London' };
  const fields = {
    title: 'Buy milk',
    description: 'Blue',
    status: 'pending',
    priority: 'high',
    tags: ['errands'],
  };
  if (batches % 2 === 0)
    return [{ op: 'create', task: { ...fields, due, project_id: null, parent_id: null } }];
  const patch = { ...fields, due, project_id: await ownProject(user, app), parent_id: null };
  return [{ op: 'update', id: await ownTask(user, app), patch, if_match: '*' }];
}

/** Values that only the server's state knows: by operation, by field of its body. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  login: {
    email: ({ email }) => email,
    username: ({ email }) => email,
    password: ({ password }) => password,
    scope: () => '',
  },
  refreshSession: { refresh_token: ({ tokens }) => tokens.refresh_token },
  // Of somebody new each time: an account gets only so many in an hour.
  verifyEmail: { token: async (_user, app) => mailedToken(app, await app.register(), 'verify_email') },
  resetPassword: { token: async (_user, app) => mailedToken(app, await app.register(), 'reset_password') },
  changePassword: { current_password: ({ password }) => password },
  requestEmailChange: { current_password: ({ password }) => password },
  createTask: PLACE,
  replaceTask: PLACE,
  updateTask: PLACE,
  createUserTask: PLACE,
  replaceUserTask: PLACE,
  updateUserTask: PLACE,
  moveTask: { after: ownTask, before: ownTask },
  batchTasks: { operations: batch },
};

/** How often a request is sent again to a server that is busy with another one like it, and after how many milliseconds. */
const PATIENCE = { attempts: 50, pause: 50 };

/** A user of one operation's tests, and the things that its paths name, made when they are needed. */
export interface World {
  /** Sends the request as this user, where the operation asks for one. */
  send(parts: Parts): Promise<{ readonly call: Call; readonly answer: Answer }>;
  /** As `send`, for requests that are written already. */
  sendCall(call: Call): Promise<Answer>;
  /** The ids of what exists, by name of the path parameter. */
  ids(): Promise<Readonly<Record<string, string>>>;
  /** The request with everything that `KNOWN` has for it. */
  informed(parts: Parts): Promise<Parts>;
}

export async function createWorld(
  app: TestApp,
  client: RawClient,
  operation: ContractOperation,
): Promise<World> {
  const register = () => (operation.requiredRole === 'admin' ? registerAdmin(app) : app.register());
  let user = await register();
  const secure = (target: ContractOperation, call: Call): Call =>
    target.scopes === undefined
      ? call
      : { ...call, headers: { Authorization: user.authorization, ...call.headers } };
  let known: Record<string, string> | undefined;

  const makeIds = async (): Promise<Record<string, string>> => {
    const made: Record<string, string> = {};
    for (const name of operation.pathParameters) {
      if (name === 'user_id' && operation.requiredRole === undefined) {
        made[name] = user.id;
        continue;
      }
      const collection = operation.path.split(`/{${name}}`)[0] ?? '';
      made[name] = await provide(fill(collection, made), collection);
    }
    return made;
  };
  const ids = async (): Promise<Record<string, string>> => {
    known ??= await makeIds();
    return known;
  };
  /** Something that no other request is about, until it is given back. */
  const take = (): Promise<Record<string, string>> | Record<string, string> => {
    const taken = known;
    known = undefined;
    return taken ?? makeIds();
  };
  /** The id of a new thing in a collection, by its POST; or of one that is listed there. */
  const provide = async (path: string, template: string): Promise<string> => {
    const creation = operations.find(({ method, path: own }) => own === template && method === 'POST');
    const maker =
      creation ?? operations.find(({ method, path: own }) => own === template && method === 'GET');
    if (maker === undefined) throw new Error(`Nothing makes what ${operation.path} names in ${template}`);
    const answer = await sendTo(maker, unique({ ...exampleCall(maker), path }));
    if (answer.status >= 300)
      throw new Error(`${maker.operationId} answered ${answer.status}: ${answer.text}`);
    const id = findId(JSON.parse(answer.text));
    if (id === undefined) throw new Error(`${maker.operationId} answered nothing with an id`);
    return id;
  };

  const sendTo = async (target: ContractOperation, call: Call): Promise<Answer> => {
    const asked = user;
    let answer = await client.send(secure(target, call));
    for (let attempt = 0; answer.status === 503 && attempt < PATIENCE.attempts; attempt += 1) {
      await sleep(PATIENCE.pause);
      answer = await client.send(secure(target, call));
    }
    if (answer.status !== 401 || target.scopes === undefined) return answer;
    // The operation has ended the session or the account that it was asked with.
    if (asked === user) {
      user = await register();
      known = undefined;
    }
    return client.send(secure(target, call));
  };
  const deleteOne = async (parts: Parts, own: Readonly<Record<string, string>>) => {
    const asked = user;
    const call = toCall(operation, parts, own);
    const answer = await sendCall(call);
    const { status } = answer;
    if (status >= 300 && status !== 404 && asked === user) known = { ...own };
    return { call, answer, status };
  };
  const sendCall = (call: Call): Promise<Answer> => sendTo(operation, call);
  return {
    ids,
    sendCall,
    send: async (parts) => {
      if (!Object.values(parts.path).includes(EXISTING)) {
        const call = toCall(operation, parts, {});
        return { call, answer: await sendCall(call) };
      }
      if (operation.method !== 'DELETE') {
        const call = toCall(operation, parts, await ids());
        return { call, answer: await sendCall(call) };
      }
      // What is given back may have been deleted by another request, which spelled its id otherwise; what is new has not.
      const { status, ...first } = await deleteOne(parts, await take());
      return status === 404 ? deleteOne(parts, await makeIds()) : first;
    },
    informed: async (parts) => {
      const body = parts.body as Readonly<Record<string, unknown>> | undefined;
      if (body === undefined) return parts;
      const known: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(KNOWN[operation.operationId] ?? {}))
        if (name in body) known[name] = await value(user, app);
      return { ...parts, body: { ...body, ...known } };
    },
  };
}

let made = 0;
/** The call with an address and a name that nothing has yet, where it has one. */
function unique(call: Call): Call {
  if (typeof call.body !== 'string') return call;
  made += 1;
  const body = JSON.parse(call.body);
  if ('email' in body) body.email = `made-${made}@example.com`;
  if ('name' in body) body.name = `Made ${made}`;
  return { ...call, body: JSON.stringify(body) };
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
