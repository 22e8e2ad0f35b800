/** Every operation of the contract, by itself: what is added to the contract is covered here at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mock } from '../../mock/src/server.ts';
import { breaches, resolve } from '../setup/answers.ts';
import { contract, operations } from '../setup/contract.ts';
import { exampleCall } from '../setup/requests.ts';
import { goodCall, send, startTestMock } from './support.ts';

let mock: Mock;
beforeAll(async () => {
  mock = await startTestMock();
});
afterAll(() => mock.stop());

/** Rounds of generated answers for each operation. */
const ROUNDS = 25;

describe.each(operations)('$operationId', (operation) => {
  const success = operation.statuses.findLast((status) => status < 300);

  test('answers its success, and keeps its word about it', async () => {
    const answer = await send(mock, goodCall(operation));
    expect(answer.status).toBe(success);
    expect(breaches(operation, answer)).toEqual([]);
  });

  test.each(operation.mediaTypes)('takes %s', async (mediaType) => {
    const { headers, ...call } = exampleCall(operation, mediaType);
    const answer = await send(mock, { ...call, headers: { ...goodCall(operation).headers, ...headers } });
    expect(answer.status).toBe(success);
  });

  test('answers each example by its name', async () => {
    const { responses } = contract.paths[operation.path][operation.method.toLowerCase()];
    const { content = {} } = resolve(responses[`${success}`]);
    const examples: Record<string, { $ref?: string; value?: unknown }> =
      content['application/json']?.examples ?? {};
    for (const [name, example] of Object.entries(examples)) {
      const answer = await send(mock, goodCall(operation, { Prefer: `example=${name}` }));
      expect(JSON.parse(answer.text), name).toEqual(resolve(example).value);
      expect(breaches(operation, answer), name).toEqual([]);
    }
  });

  test.each(operation.statuses)('answers %i when that is preferred', async (status) => {
    const answer = await send(mock, goodCall(operation, { Prefer: `code=${status}` }));
    expect(answer.status).toBe(status);
    expect(breaches(operation, answer)).toEqual([]);
  });

  test('answers generated data that is valid', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const answer = await send(mock, goodCall(operation, { Prefer: 'dynamic=true' }));
      expect(answer.status).toBe(success);
      expect(breaches(operation, answer), answer.text).toEqual([]);
    }
  });
});

test.each(operations.filter(({ scopes }) => scopes !== undefined))(
  '$operationId answers 401 without a token',
  async (operation) => {
    const answer = await send(mock, exampleCall(operation));
    expect(answer.status).toBe(401);
    expect(breaches(operation, answer)).toEqual([]);
  },
);

test.each(operations.filter(({ method }) => method === 'GET'))(
  '$operationId answers HEAD like GET, without the body',
  async (operation) => {
    const call = goodCall(operation);
    const [get, head] = await Promise.all([send(mock, call), send(mock, { ...call, method: 'HEAD' })]);
    expect(head.text).toBe('');
    for (const name of ['etag', 'link', 'content-type', 'content-length']) {
      expect(head.headers[name], name).toBe(get.headers[name]);
    }
  },
);
