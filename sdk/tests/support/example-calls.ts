import { operation as inContract } from '../../../tests/setup/contract.ts';
import { exampleBodies } from '../../../tests/setup/requests.ts';
import { loadContract, type Operation } from '../../scripts/contract.ts';
import { methods } from '../../scripts/methods.ts';
import type { ApiPromise, Taskpact } from '../../src/index.ts';
import { TASK_ID } from './samples.ts';

/** A call of an operation with what the contract shows as a good request. */
export interface ExampleCall {
  /** As in `tasks.create`. */
  readonly name: string;
  readonly operation: Operation;
  send(client: Taskpact): ApiPromise<unknown>;
}

/** One for every operation of the contract; an operation that is added to it is here by itself. */
export const exampleCalls: readonly ExampleCall[] = loadContract(
  new URL('../../../openapi.yaml', import.meta.url),
).operations.map((operation) => {
  const name = methods[operation.id] ?? '';
  return { name, operation, send: (client) => send(client, name, operation) };
});

type Method = (...parameters: readonly unknown[]) => ApiPromise<unknown>;

function send(client: Taskpact, name: string, { id, pathParameters, body }: Operation): ApiPromise<unknown> {
  const path = name.split('.');
  const method = path.pop() ?? '';
  const resource = path.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], client);
  const bodies = body === undefined ? [] : exampleBodies(inContract(id), 'application/json').slice(0, 1);
  return (resource as Record<string, Method>)[method]?.call(
    resource,
    ...pathParameters.map(() => TASK_ID),
    ...bodies,
  ) as ApiPromise<unknown>;
}
