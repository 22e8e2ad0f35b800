/**
 * Ids of things that are somebody else's, or somewhere else: the answer is that for an id that never was, byte by byte,
 * and nothing is changed. For every operation with an id in its path, and every id in a body.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractOperation, operations } from '../../setup/contract.ts';
import { createRawClient, type RawClient } from '../../setup/http.ts';
import { ABSENT_ID } from '../../setup/requests.ts';
import { storedData } from '../../setup/scenes.ts';
import { createTestApp, type TestApp } from '../../setup/test-app.ts';
import { bodySchemaOf } from '../parts.ts';
import { flatten } from '../schemas.ts';
import { type Actor, type Ids, type JsonAnswer, ownerOf, strangerTo } from './actor.ts';
import { CALLER, derive, operationsOf, operationsWithId, type Resource } from './resources.ts';
import { bodiesFor, type Made, make, makeAnother } from './things.ts';

const { resources } = derive(operations);

let app: TestApp;
let client: RawClient;
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
});
afterAll(async () => {
  client.close();
  await app.close();
});

const CONDITIONS = [
  {},
  { 'If-Match': '"1"', 'If-None-Match': '"1"' },
  { 'If-Match': '"7"', 'If-None-Match': '*' },
] as const;

/** What using the API at all may change. */
const OF_SESSIONS = ['sessions', 'refresh_tokens'];

const dataOf = (actor: Actor, without: readonly string[] = []): Promise<string> =>
  storedData(app, actor.user, without);

/** Status, headers and body without the ids that were asked for and what differs between any two answers. */
function comparable({ status, headers, text }: JsonAnswer, ids: Ids): string {
  const { date: _date, 'x-request-id': requestId = '', ...stable } = headers;
  const body = Object.values(ids).reduce((rest, id) => rest.replaceAll(id, 'id'), text);
  return JSON.stringify({ status, stable, body: body.replace(String(requestId), 'request-id') });
}

const ids = (operation: ContractOperation, value: string): Ids =>
  Object.fromEntries(operation.pathParameters.map((name) => [name, value]));

/** The texts of a thing that nobody else may see. */
const secretsOf = ({ answer }: Made): string[] =>
  [...JSON.stringify(answer?.json ?? {}).matchAll(/":"([^"]{8,})"/g)].map(([, text = '']) => text);

const cases = resources.flatMap((resource) =>
  operationsWithId(resource).map((operation) => ({ resource, operation, id: operation.operationId })),
);

describe.each(cases)('AZ2 $id', ({ resource, operation }) => {
  let owner: Actor;
  let made: Made;
  let foreign: Ids;
  beforeAll(async () => {
    owner = await ownerOf(app, client, resource);
    made = await make(owner, resource, resources);
    foreign = { [CALLER]: owner.user.id, ...made.ids };
  });

  it.each(CONDITIONS)('tells a stranger nothing of it, with %j', async (headers) => {
    const { stranger, status } = await strangerTo(app, client, resource);
    // Who may not have such things can't make what a body refers to.
    const author = status === 403 ? owner : stranger;
    const [body] = await bodiesFor(author, operation, resource, resources);
    const before = await dataOf(owner);
    const absent = ids(operation, ABSENT_ID);
    const never = await stranger.call(operation, { ids: absent, body, headers });
    expect(never.status).toBe(status);
    // All ids are the owner's, or only one of them, in a place of the stranger's own.
    const variants = operation.pathParameters.map((name) => ({ [name]: String(foreign[name]) }));
    for (const variant of [foreign, ...variants]) {
      const asked = { ...absent, ...variant };
      const answer = await stranger.call(operation, { ids: asked, body, headers });
      expect(comparable(answer, asked)).toBe(comparable(never, absent));
      const told = secretsOf(made).filter((text) => !Object.values(asked).includes(text));
      expect(told.filter((text) => answer.text.includes(text))).toEqual([]);
    }
    expect(await dataOf(owner)).toBe(before);
  });
});

const nested = cases.filter(({ operation }) => operation.pathParameters.length > 1);

describe.each(nested)('AZ5 $id', ({ resource, operation }) => {
  it('does not find a thing in another place of the same owner', async () => {
    const owner = await ownerOf(app, client, resource);
    const made = await make(owner, resource, resources);
    const elsewhere: Ids = { [CALLER]: ABSENT_ID, ...(await makeAnother(owner, resource, resources)).ids };
    const [body] = await bodiesFor(owner, operation, resource, resources);
    const before = await dataOf(owner, OF_SESSIONS);
    for (const place of operation.pathParameters.slice(0, -1)) {
      const wrong = { ...made.ids, [place]: String(elsewhere[place]) };
      const answer = await owner.call(operation, { ids: wrong, body });
      expect([place, answer.status]).toEqual([place, 404]);
    }
    expect(await dataOf(owner, OF_SESSIONS)).toBe(before);
  });
});

/** Members of bodies that name a thing of another kind, or of the same. */
function namesThings(
  resource: Resource,
): { operation: ContractOperation; member: string; named: Resource }[] {
  return operationsOf(resource).flatMap((operation) =>
    membersOf(operation).map((member) => ({
      operation,
      member,
      named: resources.find(({ parameter }) => parameter === member) ?? resource,
    })),
  );
}

/** Those that hold the id of something else. */
function membersOf(operation: ContractOperation): string[] {
  const { properties = {} } = flatten(
    operation.mediaTypes[0] === undefined ? {} : bodySchemaOf(operation, operation.mediaTypes[0]),
  );
  return Object.entries(properties)
    .filter(([name, schema]) => name !== 'id' && flatten(schema).format === 'uuid')
    .map(([name]) => name);
}

const references = resources.flatMap((resource) =>
  namesThings(resource).map((each) => ({ resource, ...each, id: each.operation.operationId })),
);

describe.each(references)('$id', ({ resource, operation, member, named }) => {
  it(`does not take the id of somebody else's thing for ${member}`, async () => {
    const owner = await ownerOf(app, client, resource);
    const other = await make(await ownerOf(app, client, named), named, resources);
    const mine = await make(owner, resource, resources);
    const [example = {}] = await bodiesFor(owner, operation, resource, resources);
    // It alone names something.
    const body = Object.fromEntries(
      Object.entries(example).filter(([name]) => !membersOf(operation).includes(name)),
    );
    const before = await dataOf(owner, OF_SESSIONS);
    const answers = [ABSENT_ID, other.id].map(async (id) => {
      const answer = await owner.call(operation, { ids: mine.ids, body: { ...body, [member]: id } });
      expect([404, 409, 422]).toContain(answer.status);
      return comparable(answer, { [member]: id });
    });
    const [absent, foreign] = await Promise.all(answers);
    expect(foreign).toBe(absent);
    expect(await dataOf(owner, OF_SESSIONS)).toBe(before);
  });
});
