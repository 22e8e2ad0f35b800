import { expect } from 'vitest';
import { type ContractOperation, operation } from '../../setup/contract.ts';
import { exampleBodies } from '../../setup/requests.ts';
import type { Actor, Ids, Json, JsonAnswer } from './actor.ts';
import type { Resource } from './resources.ts';

/** Making things: what to send, and in what order. */

let made = 0;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The bodies that the contract shows for the operation, so that they can be sent more than once: with addresses that
 * nobody has yet, without an id of their own, and with things of the actor where they name others.
 */
export async function bodiesFor(
  caller: Actor,
  operation: ContractOperation,
  resource: Resource,
  resources: readonly Resource[],
): Promise<Json[]> {
  const examples = exampleBodies(operation) as Json[];
  return Promise.all(examples.map((example) => fresh(caller, example, resource, resources)));
}

async function fresh(caller: Actor, example: Json, resource: Resource, resources: readonly Resource[]) {
  const { id: _own, ...body } = example;
  if (typeof body.email === 'string') body.email = `sequence-${process.pid}-${++made}@example.com`;
  for (const name of Object.keys(body).filter((key) => UUID.test(body[key]))) {
    // What is named otherwise (`parent_id`, `after`) is another one of the same kind.
    const named = resources.find(({ parameter }) => parameter === name) ?? resource;
    body[name] = (await makeAnother(caller, named, resources)).id;
  }
  return body;
}

/** One that refers to no other, under a name that is not taken yet: there can be any number of them. */
export async function makeAnother(
  caller: Actor,
  resource: Resource,
  resources: readonly Resource[],
): Promise<Made> {
  const [example] = resource.create ? (exampleBodies(resource.create) as Json[]) : [];
  if (example === undefined) return make(caller, resource, resources);
  const plain = Object.fromEntries(Object.entries<Json>(example).filter(([, value]) => !UUID.test(value)));
  if (typeof plain.name === 'string') plain.name = `${plain.name} ${++made}`;
  return make(caller, resource, resources, await fresh(caller, plain, resource, resources));
}

export interface Made {
  readonly id: string;
  /** Of it and of what it is in. */
  readonly ids: Ids;
  /** What creating it answered; undefined when it was not created by its own operation. */
  readonly answer: JsonAnswer | undefined;
}

/** Makes one, and first what it has to be in. Without a body, the first that the contract shows. */
export async function make(
  caller: Actor,
  resource: Resource,
  resources: readonly Resource[],
  body?: Json,
  within?: Ids,
): Promise<Made> {
  const { create, list, parents, parameter = '' } = resource;
  const parent = parents.at(-1);
  const ids = within ?? (parent === undefined ? {} : (await make(caller, parent, resources)).ids);
  if (create === undefined) {
    if (list === undefined) throw new Error(`Nothing makes ${resource.name}`);
    const id = await leftByLogin(caller, list);
    return { id, ids: { ...ids, [parameter]: id }, answer: undefined };
  }
  const chosen = body ?? (await bodiesFor(caller, create, resource, resources))[0];
  const answer = await caller.call(create, { ids, body: chosen });
  expect([create.operationId, answer.status]).toEqual([create.operationId, 201]);
  const { id } = representation(answer.json);
  return { id, ids: { ...ids, [parameter]: id }, answer };
}

/** What has the id: the whole of it, or a member beside what is told only once (a token, say). */
export function representation(json: Json): Json {
  if (json.id !== undefined) return json;
  return Object.values<Json>(json).find((member) => typeof member?.id === 'string') ?? {};
}

/** The entry that a log-in adds to a list. */
async function leftByLogin(caller: Actor, list: ContractOperation): Promise<string> {
  const before = (await caller.call(list)).json.items.map(({ id }: Json) => id);
  const { email, password } = caller.user;
  await caller.call(operation('login'), { body: { email, password } });
  const after = (await caller.call(list)).json.items.map(({ id }: Json) => id);
  const [added] = after.filter((id: string) => !before.includes(id));
  if (added === undefined) throw new Error(`A log-in adds nothing to ${list.operationId}; what does?`);
  return added;
}
