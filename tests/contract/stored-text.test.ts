/** Text comes back exactly as it was sent, or is refused. The seed is in the name of the test; `TEXT_SEED` repeats a run. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operation } from '../setup/contract.ts';
import { createRawClient, inParallel, type RawClient } from '../setup/http.ts';
import { exampleCall } from '../setup/requests.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const seed = Number(process.env.TEXT_SEED ?? Date.now() % 2 ** 31);
const numRuns = 300;

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

it(`IN4 stores text exactly as it came, or refuses it, seed ${seed}`, async () => {
  const { authorization } = await app.register();
  const create = exampleCall(operation('createTask'));
  const headers = { ...create.headers, Authorization: authorization };
  const texts = fc.sample(
    fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 })),
    { numRuns, seed },
  );
  const changed: string[] = [];
  let stored = 0;
  await inParallel(texts, 8, async (text) => {
    const body = JSON.stringify({ title: text, description: text });
    const created = await client.send({ ...create, headers, body });
    if (created.status === 422) return;
    const path = String(created.headers.location);
    const read = JSON.parse((await client.send({ method: 'GET', path, headers })).text);
    stored += 1;
    if (read.title !== text || read.description !== text) changed.push(text);
  });
  expect(changed).toEqual([]);
  expect(stored).toBeGreaterThan(numRuns / 3);
});
