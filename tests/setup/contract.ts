import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createPathLookup } from './path-lookup.ts';
import { resolveIn } from './schema-checker.ts';

/** The contract as the tests read it: on their own, so that a fault in the server's reading shows. */
export const contract = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'));

export interface ContractOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly statuses: readonly number[];
  /** Scopes that the operation needs; undefined when it is public. */
  readonly scopes: readonly string[] | undefined;
  /** Role that the operation needs beside them. */
  readonly requiredRole?: string | undefined;
  readonly mediaTypes: readonly string[];
  readonly pathParameters: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

export const operations: readonly ContractOperation[] = Object.entries<Record<string, never>>(
  contract.paths,
).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => {
    const operation = item[method] as unknown as {
      operationId: string;
      responses: object;
      security?: Record<string, string[]>[];
      'x-required-role'?: string;
      requestBody?: { content: object };
    };
    return {
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      statuses: Object.keys(operation.responses).map(Number),
      scopes: operation.security?.[0]?.bearerAuth,
      requiredRole: operation['x-required-role'],
      mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
      pathParameters: [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])),
    };
  }),
);

/** @throws Error when the contract has no such operation */
export function operation(operationId: string): ContractOperation {
  const found = operations.find((candidate) => candidate.operationId === operationId);
  if (found === undefined) throw new Error(`The contract has no operation ${operationId}`);
  return found;
}

/** Names of the headers that the contract documents for any answer. */
export function documentedHeaders(): string[] {
  const responses = operations.flatMap(({ path, method }) =>
    Object.values<{ $ref?: string; headers?: object }>(contract.paths[path][method.toLowerCase()].responses),
  );
  return [
    ...new Set(responses.flatMap((response) => Object.keys(resolveIn(contract, response).headers ?? {}))),
  ];
}

const lookup = createPathLookup(Object.keys(contract.paths));

/** Which operation a request is for; undefined when it is for none. */
export function findOperation(method: string, url: string): ContractOperation | undefined {
  const path = lookup(url);
  const contractMethod = method === 'HEAD' ? 'GET' : method;
  return operations.find((candidate) => candidate.path === path && candidate.method === contractMethod);
}
