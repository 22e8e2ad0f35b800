/** For the time of the work on this branch alone: operations and services that somebody is building. */
import type { Handlers, OperationId } from './contract/types.ts';

export function pendingHandlers<K extends OperationId>(...ids: readonly K[]): Pick<Handlers, K> {
  const refuse = (id: string) => async () => {
    throw new Error(`${id} is not there yet`);
  };
  return Object.fromEntries(ids.map((id) => [id, refuse(id)])) as never;
}
