/** Runs after everything else: what the tests saw is what the contract lists, no less and no more. */
import { expect, it } from 'vitest';
import { operations } from '../setup/contract.ts';
import { readRecords } from '../setup/status-records.ts';

const seen = await readRecords();
/** In the words of the contract, because that is where a reader will look. */
const named = operations.flatMap(({ operationId, method, path, statuses }) =>
  [...seen]
    .map((record) => record.split(' '))
    .filter(([seenMethod, seenPath]) => seenMethod === method && seenPath === path)
    .map(([, , status]) => ({
      operationId,
      status: Number(status),
      documented: statuses.includes(Number(status)),
    })),
);

it('has something to look at: the tests of the project `main` ran before', () => {
  expect(seen.size).toBeGreaterThan(0);
});

it('saw every status that the contract lists, the fault of the server itself excepted', () => {
  const missing = operations.flatMap(({ operationId, statuses }) =>
    statuses
      .filter((status) => status !== 500)
      .filter(
        (status) => !named.some((record) => record.operationId === operationId && record.status === status),
      )
      .map((status) => `${operationId} ${status}`),
  );
  expect(missing).toEqual([]);
});

it('OE3 saw no status that the contract does not list', () => {
  const surprising = named
    .filter(({ documented }) => !documented)
    .map(({ operationId, status }) => `${operationId} ${status}`);
  expect(surprising).toEqual([]);
});
