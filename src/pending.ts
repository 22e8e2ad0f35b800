import type { Handlers, OperationId } from './contract/types.ts';
import { UnavailableError } from './errors.ts';

/** Operations that the contract has and nobody has written yet; gone before any of this is released. */
const PENDING = ['batchTasks'] as const satisfies readonly OperationId[];

export const pendingHandlers = Object.fromEntries(
  PENDING.map((id) => [
    id,
    async () => {
      throw new UnavailableError(`${id} is not written yet.`);
    },
  ]),
) as unknown as Pick<Handlers, (typeof PENDING)[number]>;
