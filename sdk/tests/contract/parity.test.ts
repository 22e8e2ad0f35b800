/**
 * Every operation of the contract can be called by exactly one method of the client, and sends what the contract says.
 * A new operation fails here until it is named in scripts/methods.ts and generated.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createPathLookup } from '../../../tests/setup/path-lookup.ts';
import { Taskpact } from '../../src/index.ts';
import { ApiPromise } from '../../src/results.ts';
import { tokens } from '../support/samples.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
}
const contract: { paths: Record<string, Record<string, Operation>> } = parse(
  readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'),
);
const pathOf = createPathLookup(Object.keys(contract.paths));
const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => /^(get|put|post|patch|delete)$/.test(method))
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
);

const operationOf = (method: string, path: string) =>
  operations.find((operation) => operation.method === method && operation.path === pathOf(path));

interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
}

/** A client that notes what it would send. */
function recordingClient() {
  const requests: Request[] = [];
  const client = new Taskpact({
    baseUrl: 'http://tasks.test',
    tokens: { get: () => tokens(1), set: () => {}, clear: () => {} },
    fetch: async (url, { method = '', headers }) => {
      const authorization = new Headers(headers).get('Authorization');
      requests.push({ method, path: new URL(url).pathname, authorization });
      return new Response('{}', { headers: { 'Content-Type': 'application/json' } });
    },
  });
  return { client, requests };
}

/** Every method of every resource below an object, by its dotted path. */
function methodsBelow(resource: object, path: readonly string[] = []): Map<string, () => unknown> {
  const found = new Map<string, () => unknown>();
  for (const [name, child] of Object.entries(resource)) {
    if (typeof child !== 'object' || child === null) continue;
    for (const [below, method] of methodsBelow(child, [...path, name])) found.set(below, method);
  }
  for (
    let proto = Object.getPrototypeOf(resource);
    proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    for (const name of Object.getOwnPropertyNames(proto)) {
      const method = (resource as Record<string, unknown>)[name];
      // An id for each parameter that may be one; a body is whatever it is given.
      if (name !== 'constructor' && typeof method === 'function') {
        found.set([...path, name].join('.'), () => method.call(resource, 'an-id', {}, {}));
      }
    }
  }
  return found;
}

describe('every operation', () => {
  test('has exactly one method, and every method one operation', async () => {
    const { client, requests } = recordingClient();
    const reached = new Map<string, string[]>();
    for (const [name, method] of methodsBelow(client)) {
      const promise = method();
      expect(promise, name).toBeInstanceOf(ApiPromise);
      await promise;
      const { method: verb, path } = requests.at(-1) ?? { method: '', path: '' };
      const operation = operationOf(verb, path);
      expect(operation, `${name} sends ${verb} ${path}`).toBeDefined();
      const id = operation?.operationId ?? '';
      reached.set(id, [...(reached.get(id) ?? []), name]);
    }
    expect([...reached.keys()].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    for (const [id, names] of reached) expect(names, id).toHaveLength(1);
    expect(requests).toHaveLength(operations.length);
  });

  test('gets the access token if and only if it wants one', async () => {
    const { client, requests } = recordingClient();
    for (const method of methodsBelow(client).values()) await method();
    for (const { method, path, authorization } of requests) {
      const operation = operationOf(method, path);
      const isPublic = operation?.security?.length === 0;
      expect(authorization, operation?.operationId).toBe(isPublic ? null : 'Bearer access-1');
    }
  });
});
