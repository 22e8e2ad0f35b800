import type { Operation } from './contract.ts';
import { capitalise, className, type Resource } from './tree.ts';

/** How a method is called, the parts of it being TypeScript. */
export interface Signature {
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly description: string;
    readonly optional?: 'undefined' | '{}';
  }[];
  readonly result: string;
  /** Whether the answer is a page that leads to further ones. */
  readonly isList: boolean;
}

export function signatureOf(resource: Resource, method: string, operation: Operation): Signature {
  const { pathParameters, body, query, result = 'void', item } = operation;
  const isList = item !== undefined && query.some(({ name }) => name === 'cursor' || name === 'page');
  const parameters: Signature['parameters'][number][] = pathParameters.map(({ property, description }) => ({
    name: property,
    type: 'string',
    description,
  }));
  if (body !== undefined) {
    const name = operation.method === 'PATCH' ? 'patch' : 'body';
    const optional = body.required ? {} : { optional: 'undefined' as const };
    parameters.push({ name, type: body.schema, description: body.description, ...optional });
  }
  if (query.length > 0) {
    const optional = query.some(({ required }) => required) ? {} : { optional: '{}' as const };
    const type = queryName(resource, method);
    parameters.push({
      name: 'query',
      type,
      description: 'What to look for, and how much of it.',
      ...optional,
    });
  }
  parameters.push({ name: 'options', type: optionsType(operation), description: '', optional: 'undefined' });
  return { parameters, result: isList ? `ListPromise<${item}, ${result}>` : `ApiPromise<${result}>`, isList };
}

/** Name of the interface of the query, as in `TasksListQuery`. */
export function queryName(resource: Resource, method: string): string {
  return `${className(resource).replace(/Resource$/, '')}${capitalise(method)}Query`;
}

function optionsType({ headers, result }: Operation): string {
  const has = (name: string): boolean => headers.includes(name);
  return [
    'CallOptions',
    ...(has('if-match') ? [result === undefined ? 'IfMatch' : `IfMatch<${result}>`] : []),
    ...(has('if-none-match') ? [`IfNoneMatch<${result}>`] : []),
    ...(has('idempotency-key') ? ['IdempotencyKey'] : []),
  ].join(' & ');
}
