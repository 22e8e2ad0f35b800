/**
 * Every operation of the contract, with requests that are generated from its schemas: valid ones are accepted, ones that
 * break one constraint are refused and the broken place is named, odd ones do no harm; and every answer is as the
 * contract says it. Nothing here is written for one operation, so that one that is added is tested at once.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemBreaches } from '../setup/answers.ts';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import { type Call, createRawClient, inParallel, type RawClient } from '../setup/http.ts';
import { exampleCall, fillPath } from '../setup/requests.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { budget, replay, seed } from './budget.ts';
import { common, judgeRefused, judgeValid } from './judge.ts';
import { oddAddresses, oddBodies } from './odd-inputs.ts';
import { bodySchemaOf, type Parameter, type Parts, parametersOf, partsOf } from './parts.ts';
import { bodyCases, type Case, parameterCases } from './refused.ts';
import { emptyRow, type Row, table } from './tally.ts';
import { constraintsOf } from './variants.ts';
import { wireCases } from './wire.ts';
import { createWorld, KNOWN, type World } from './world.ts';

const LANES = 4;
const timeout = 60_000 + budget.validTime + budget.roundsTime + budget.oddTime;

let app: TestApp;
let client: RawClient;
const rows = new Map<string, Row>(operations.map(({ operationId }) => [operationId, emptyRow()]));

beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
});
afterAll(async () => {
  client.close();
  await app.close();
  process.stdout.write(table(rows, seed));
});

/** Requests, a few at a time, and what was wrong with each answer. */
async function findFaults<T extends { readonly call: Call }>(
  cases: readonly T[],
  judge: (item: T) => Promise<readonly string[]>,
): Promise<string[]> {
  const found: string[] = [];
  await inParallel(cases, LANES, async (item) => {
    const faults = await judge(item);
    if (faults.length > 0)
      found.push(`${'what' in item ? item.what : ''}: ${faults.join('; ')}\n  ${show(item.call)}`);
  });
  return found;
}

function show({ method, path, headers, body }: Call): string {
  const parts = [method, path, JSON.stringify(headers), String(body ?? '')];
  return parts
    .map((part) => (part.length > 300 ? `${part.slice(0, 300)}... (${part.length})` : part))
    .join(' ');
}

function report(row: Row, { operationId }: ContractOperation, faults: readonly string[]): void {
  row.failures += faults.length;
  const shown = faults.slice(0, 20).join('\n');
  if (faults.length > 0) expect.fail(`${faults.length} failures; ${replay(operationId)}\n${shown}`);
}

describe.each(operations)(`$operationId, seed ${seed}`, { timeout }, (operation) => {
  const row = rows.get(operation.operationId) ?? emptyRow();
  let world: World;
  let started: number;
  beforeAll(async () => {
    world = await createWorld(app, client, operation);
  });
  beforeEach(() => {
    started = performance.now();
  });
  afterEach(() => {
    row.milliseconds += performance.now() - started;
  });

  it('IN2 accepts valid requests', async () => {
    const statuses = new Set<number>();
    const known = operation.operationId in KNOWN ? fc.boolean() : fc.constant(false);
    const property = fc.asyncProperty(partsOf(operation), known, async (generated, isKnown) => {
      const parts = isKnown ? await world.informed(generated) : generated;
      const { call, answer } = await world.send(parts);
      row.valid += 1;
      statuses.add(answer.status);
      const faults = judgeValid(operation, parts, answer);
      if (faults.length > 0) throw new Error(`${faults.join('; ')}\n  ${show(call)}`);
    });
    const { valid: numRuns, validTime: interruptAfterTimeLimit } = budget;
    try {
      await fc.assert(property, { seed, numRuns, interruptAfterTimeLimit });
    } catch (error) {
      report(row, operation, [error instanceof Error ? error.message : String(error)]);
    }
    // Else all that was proved is that nothing exists: a value is missing in KNOWN.
    const succeeded = [...statuses].some((status) => status < 300);
    report(row, operation, succeeded ? [] : [`never succeeded: ${[...statuses].join()}`]);
  });

  it.each(operation.mediaTypes.length > 0 ? operation.mediaTypes : ['no body'])(
    'IN1 IN5 OE1 refuses what breaks one constraint, with %s',
    async (mediaType) => {
      const mediaTypes = operation.mediaTypes.filter((type) => type === mediaType);
      const bases = fc.sample(partsOf(operation, true, mediaTypes), { seed, numRuns: budget.rounds });
      const end = performance.now() + budget.roundsTime / Math.max(1, operation.mediaTypes.length);
      for (const [round, generated] of bases.entries()) {
        // The first round is short and always whole; the others make it longer by other values.
        if (round > 0 && performance.now() > end) break;
        const base = await world.informed(generated);
        const cases = await casesFor(base);
        if (round === 0) expect(unbroken(operation, base, cases)).toEqual([]);
        report(row, operation, await findFaults(cases, judgeCase));
      }
    },
  );

  async function casesFor(base: Parts): Promise<Case[]> {
    const ids = await world.ids();
    return [...parameterCases(operation, base, ids), ...bodyCases(operation, base, ids)];
  }
  async function judgeCase({ parts, call, places }: Case): Promise<string[]> {
    const isValid = places.length === 0;
    row[isValid ? 'atLimit' : 'refused'] += 1;
    const { answer } =
      operation.method === 'DELETE' ? await world.send(parts) : { answer: await world.sendCall(call) };
    return isValid ? judgeValid(operation, parts, answer) : judgeRefused(operation, answer, [422], places);
  }

  it('IN9 OE1 refuses what is wrong on the wire', async () => {
    const mediaTypes = operation.mediaTypes.length > 0 ? operation.mediaTypes : [undefined];
    for (const mediaType of mediaTypes) {
      const [base] = fc.sample(partsOf(operation, true, mediaType === undefined ? [] : [mediaType]), {
        seed,
        numRuns: 1,
      });
      const cases = [...wireCases(operation, await world.informed(base as Parts), await world.ids())];
      row.refused += cases.length;
      const judge = async ({ call, statuses, places }: (typeof cases)[number]) =>
        judgeRefused(operation, await world.sendCall(call), statuses, places);
      report(row, operation, await findFaults(cases, judge));
    }
  });

  it('IN8 takes odd requests as the contract says', async () => {
    const calls = [oddBodies(operation), oddAddresses(operation, exampleCall(operation))].flatMap((calls) =>
      fc.sample(calls, { numRuns: Math.ceil(budget.odd / 2), seed }),
    );
    const end = performance.now() + budget.oddTime;
    const judge = async ({ call }: { call: Call }) => {
      if (performance.now() > end) return [];
      row.odd += 1;
      return common(operation, await world.sendCall(call));
    };
    report(
      row,
      operation,
      await findFaults(
        calls.map((call) => ({ call })),
        judge,
      ),
    );
  });
});

/** Constraints of the schemas that no case breaks: the generator's own fault. */
function unbroken(operation: ContractOperation, base: Parts, cases: readonly Case[]): string[] {
  const broken = new Set(cases.flatMap((item) => item.broken));
  const { mediaType, body } = base;
  const ofBody = mediaType === undefined ? [] : constraintsOf(bodySchemaOf(operation, mediaType), body);
  const isJson = mediaType?.endsWith('json') === true;
  const ofParameters = parametersOf(operation).flatMap((parameter) =>
    constraintsOfParameter(parameter, base),
  );
  // A form has nothing but text.
  const constraints = [...[...ofBody].filter((name) => isJson || !name.endsWith(' type')), ...ofParameters];
  return constraints.filter((name) => !broken.has(name));
}

/** Text is of the type that its schema wants, unless that is another than text; a list that is sent has an item. */
function constraintsOfParameter({ name, in: place, schema }: Parameter, base: Parts): string[] {
  const value = place === 'path' ? 'text' : base[place][name];
  return (
    [...constraintsOf(schema, value)]
      .map((constraint) => constraint.replace(/^\S* /, `${name} `))
      .filter((constraint) => constraint !== `${name} type` || typeof value === 'number')
      // Which text a cookie can carry is not said anywhere; what is tried is what any client would send.
      .filter(() => place !== 'cookie')
      .filter((constraint) => constraint !== `${name} minItems` || Number(schema.minItems) > 1)
  );
}

const ALL_METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'SEARCH'];
describe.each(Object.keys(contract.paths))('%s', (path) => {
  const own = operations.filter((operation) => operation.path === path);
  const documented = own.map(({ method }) => method);
  const allowed = [...documented, ...(documented.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  const row = rows.get(String(own[0]?.operationId)) ?? emptyRow();

  it('OE4 answers 405 and the methods that it takes to all others', async () => {
    for (const method of ALL_METHODS.filter((name) => !allowed.includes(name))) {
      row.refused += 1;
      const answer = await client.send({ method, path: fillPath(path) });
      expect([method, answer.status]).toEqual([method, 405]);
      expect(new Set(answer.headers.allow?.split(', '))).toEqual(new Set(allowed));
      if (method !== 'HEAD') expect(problemBreaches(answer, method)).toEqual([]);
    }
  });
});

describe('after all that', () => {
  it('IN8 no prototype has changed', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
  });
});
