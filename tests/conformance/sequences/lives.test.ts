/**
 * Every kind of thing that the contract knows, from its creation to after its end, once for each body that the contract
 * shows for creating it. The steps are derived from the operations there are; see `resources.ts`.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { operations } from '../../setup/contract.ts';
import { createRawClient, type RawClient } from '../../setup/http.ts';
import { exampleBodies } from '../../setup/requests.ts';
import { createTestApp, type TestApp } from '../../setup/test-app.ts';
import { ownerOf } from './actor.ts';
import { type Life, stepsOf } from './life.ts';
import { derive, type Resource } from './resources.ts';
import { bodiesFor } from './things.ts';

const { resources, singletons } = derive(operations);

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

/** How often it is lived: once for each example; once if there are none. */
const beginnings = ({ create }: Resource): number[] => [
  ...(create ? exampleBodies(create) : [undefined]).keys(),
];

const lives = [...resources, ...singletons].flatMap((resource) =>
  beginnings(resource).map((index) => ({ resource, name: resource.name, index })),
);

describe.each(lives)('OE5 a life in $name, from example $index', ({ resource, index }) => {
  let life: Life;
  beforeAll(async () => {
    const owner = await ownerOf(app, client, resource);
    const { create } = resource;
    const body = create && (await bodiesFor(owner, create, resource, resources))[index];
    const nothing = { now: undefined, etag: undefined, staleTag: undefined };
    life = { owner, resource, resources, body, thing: { id: '', ids: {}, answer: undefined }, ...nothing };
  });

  // One after the other, each going on from where the one before left the thing.
  for (const [position, step] of stepsOf(resource).entries()) {
    it(`${position + 1}. ${step.does}`, () => step.run(life));
  }
});
