import type { DescribeProblem, Handlers, Schemas } from '../../contract/types.ts';
import type { Database } from '../../db/knex.ts';
import type { Once } from '../../idempotency/once.ts';
import type { BatchService } from './batch.service.ts';

export interface BatchServices {
  readonly once: Once;
  readonly batchIn: (database: Database) => BatchService;
  readonly describeProblem: DescribeProblem;
}

export function batchHandlers({
  once,
  batchIn,
  describeProblem,
}: BatchServices): Pick<Handlers, 'batchTasks'> {
  return {
    batchTasks: (input) =>
      once('batchTasks', input, async (database) => {
        const outcomes = await batchIn(database).run(input.principal.userId, input.body);
        const results = outcomes.map((outcome): Schemas['BatchResult'] => {
          if (!('error' in outcome)) return outcome;
          const problem = describeProblem(outcome.error, input);
          return { status: problem.status, problem };
        });
        return { status: 200, body: { results } };
      }),
  };
}
