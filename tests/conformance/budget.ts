/** How much is generated, and from which seed. `npm run test:contract -- --long` sets `CONTRACT_LONG`. */

export const isLong = process.env.CONTRACT_LONG === '1';

/** Everything random in a run follows from it; `CONTRACT_SEED` repeats a run. */
export const seed = readSeed();

/** For each operation. Times in milliseconds; together they stay below the 10 s that CI allows an operation. */
export const budget = isLong
  ? { valid: 2_000, validTime: 60_000, rounds: 20, roundsTime: 60_000, odd: 3_000, oddTime: 60_000 }
  : { valid: 100, validTime: 3_000, rounds: 2, roundsTime: 3_000, odd: 200, oddTime: 2_000 };

/** What to type to see the failure again. */
export function replay(operationId: string): string {
  const long = isLong ? '--long ' : '';
  return `replay with: CONTRACT_SEED=${seed} npm run test:contract -- ${long}-t ${operationId}`;
}

function readSeed(): number {
  const given = process.env.CONTRACT_SEED ?? '';
  if (given === '') return Date.now() % 2 ** 31;
  if (!/^-?[0-9]+$/.test(given)) throw new Error(`CONTRACT_SEED is not a whole number: ${given}`);
  return Number(given);
}
