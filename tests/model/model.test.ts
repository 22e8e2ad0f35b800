/**
 * The task store against a model of it: two users do at random what can be done, one thing after the other, and after
 * each the API shows what the model holds. `CONTRACT_SEED` repeats a run; `npm run test:contract -- --long` has 1,000.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isLong, seed } from '../conformance/budget.ts';
import { createRawClient, type RawClient } from '../setup/http.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { Player } from './player.ts';
import { opening, turn } from './steps.ts';

const RUNS = isLong ? 1_000 : 40;
/** Milliseconds. */
const LIMIT = isLong ? 3_600_000 : 300_000;

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

describe('the task store', () => {
  it(`does what its model does, ${RUNS} times`, { timeout: LIMIT }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 20, maxLength: 40, size: 'max' }), async (turns) => {
        const players = [
          new Player(client, await app.register()),
          new Player(client, await app.register()),
        ] as const;
        for (const player of players) for (const step of opening) await player.play(step, player);
        for (const { user, step } of turns) {
          const [player, other] = user === 0 ? players : [players[1], players[0]];
          await player.play(step, other);
        }
        for (const player of players) await player.finish();
      }),
      // Making a failure small takes minutes; whoever repeats it with its seed has them.
      { numRuns: RUNS, seed, endOnFailure: process.env.CONTRACT_SEED === undefined },
    );
  });
});
