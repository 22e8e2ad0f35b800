import { expect, it } from 'vitest';
import { changedFields } from '../../src/db/changes.ts';
import { optimistically } from '../../src/db/optimistic.ts';
import { UnavailableError } from '../../src/errors.ts';

it('goes on until a round succeeds', async () => {
  let rounds = 0;
  const result = await optimistically(async () => {
    rounds += 1;
    return rounds === 4 ? 'written' : undefined;
  });
  expect([result, rounds]).toEqual(['written', 4]);
});

it('takes whatever comes out of a round for its result, undefined excepted', async () => {
  for (const result of [null, 0, '', false]) expect(await optimistically(async () => result)).toBe(result);
});

it('gives up when every round is lost, and passes errors on at once', async () => {
  await expect(optimistically(async () => undefined)).rejects.toBeInstanceOf(UnavailableError);
  await expect(
    optimistically(async () => {
      throw new TypeError('mine');
    }),
  ).rejects.toThrow('mine');
});

it('finds what a patch changes', () => {
  const row = { title: 'a', description: 'b' as string | null, status: 'c' };
  expect(changedFields(row, {})).toBeUndefined();
  expect(changedFields(row, { title: 'a', description: undefined })).toBeUndefined();
  expect(changedFields(row, { title: 'a', description: null })).toEqual({ description: null });
});
