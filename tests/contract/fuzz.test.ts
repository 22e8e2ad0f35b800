/**
 * Whatever is sent, the answer is one that the contract lists, in the form that it describes, and never a 5xx. The seed
 * is in the name of the tests; `FUZZ_SEED` repeats a run and `FUZZ_RUNS` makes it longer.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { type ContractOperation, operation, operations } from '../setup/contract.ts';
import { type Call, createRawClient, inParallel, type RawClient } from '../setup/http.ts';
import { oddAddresses, oddBodies } from '../setup/odd-inputs.ts';
import { exampleCall } from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.FUZZ_RUNS ?? 300);

let app: TestApp;
let client: RawClient;
/** Somebody who may call every operation. */
let user: TestUser;

beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
  user = await registerAdmin(app);
});
afterAll(async () => {
  client.close();
  await app.close();
});

const shorten = (text: string): string =>
  text.length > 150 ? `${text.slice(0, 150)}... (${text.length})` : text;

/** Sends all of them and answers what went wrong, each kind of fault with the first request that did it. */
async function findFaults(target: ContractOperation, calls: readonly Call[]): Promise<string[]> {
  const faults = new Map<string, string>();
  await inParallel(calls, 8, async (call) => {
    const credentials = target.scopes === undefined ? {} : { Authorization: user.authorization };
    const answer = await client.send({ ...call, headers: { ...credentials, ...call.headers } });
    const wrong = answer.status >= 500 ? [`answered ${answer.status}`] : breaches(target, answer);
    const parts = [call.method, call.path, JSON.stringify(call.headers), String(call.body)];
    for (const fault of wrong) {
      if (!faults.has(fault)) faults.set(fault, `${fault}: ${parts.map(shorten).join(' ')}`);
    }
  });
  return [...faults.values()];
}

describe.each(operations)(`$operationId, seed ${seed}`, (target) => {
  it('takes odd bodies as the contract says', async () => {
    const calls = fc.sample(oddBodies(target), { numRuns, seed });
    expect(await findFaults(target, calls)).toEqual([]);
  });

  it('takes odd paths, queries and headers as the contract says', async () => {
    const calls = fc.sample(oddAddresses(target, exampleCall(target)), { numRuns, seed });
    expect(await findFaults(target, calls)).toEqual([]);
  });
});

describe(`after all that, seed ${seed}`, () => {
  it('has changed no prototype', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('stores text exactly as it came, or refuses it', async () => {
    const create = exampleCall(operation('createTask'));
    const headers = { ...create.headers, Authorization: user.authorization };
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
});
