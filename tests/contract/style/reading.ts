import { resolveIn } from '../../setup/schema-checker.ts';
import {
  type Contract,
  METHODS,
  type MediaType,
  type Operation,
  type Parameter,
  type Reference,
  type Response,
  type Schema,
} from './document.ts';

/** An operation with its references followed and its path's parameters added. */
export interface ReadOperation extends Omit<Operation, 'parameters' | 'responses'> {
  /** The operationId; where it lacks one, method and path. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly responses: readonly ReadResponse[];
  readonly scopes: readonly string[];
  readonly isPublic: boolean;
}
export interface ReadResponse extends Response {
  readonly status: string;
  /** Whether it stands in the components. */
  readonly isShared: boolean;
}
export interface PlacedMediaType {
  readonly at: string;
  readonly media: MediaType;
}
export interface PlacedSchema {
  readonly at: string;
  readonly schema: Schema;
  /** Named schemas and properties; the schema of a parameter or an element leaves words to its owner. */
  readonly isNamed: boolean;
}

/** A document in the form in which the rules look at it. */
export interface Reading {
  readonly contract: Contract;
  readonly operations: readonly ReadOperation[];
  /** Every body and answer, those of the components once. */
  readonly mediaTypes: readonly PlacedMediaType[];
  /** Every schema of the components, with all that is in it. */
  readonly schemas: readonly PlacedSchema[];
  resolve<T extends Reference>(node: T): T;
  examplesOf(media: MediaType): [name: string, value: unknown][];
}

export function read(contract: Contract): Reading {
  const { schemas, parameters, headers, responses } = contract.components;
  const resolve = <T extends Reference>(node: T): T => resolveIn(contract, node);
  const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method): ReadOperation => {
      const operation = item[method] as Operation;
      const shared = (item.parameters ?? []) as readonly Parameter[];
      return {
        ...operation,
        id: operation.operationId ?? `${method} ${path}`,
        method,
        path,
        parameters: [...shared, ...(operation.parameters ?? [])].map(resolve),
        responses: Object.entries(operation.responses).map(([status, response]) => ({
          ...resolve(response),
          status,
          isShared: response.$ref !== undefined,
        })),
        scopes: (operation.security ?? []).flatMap((requirement) => Object.values(requirement).flat()),
        isPublic: operation.security?.length === 0,
      };
    }),
  );
  return {
    contract,
    operations,
    mediaTypes: [
      ...operations.flatMap(({ id, requestBody, responses: own }) => [
        ...place(`${id} request`, requestBody),
        ...own
          .filter(({ isShared }) => !isShared)
          .flatMap((response) => place(`${id} ${response.status}`, response)),
      ]),
      ...Object.entries(responses).flatMap(([name, response]) => place(`responses.${name}`, response)),
    ],
    schemas: [
      ...Object.entries(schemas).flatMap(([name, schema]) => schemasIn(name, schema, true)),
      ...Object.entries({ ...parameters, ...headers }).flatMap(([name, { schema }]) =>
        schema ? schemasIn(`parameter or header ${name}`, schema, false) : [],
      ),
    ],
    resolve,
    examplesOf: ({ example, examples = {} }) => [
      ...(example === undefined ? [] : [['example', example] as [string, unknown]]),
      ...Object.entries(examples).map(([name, each]): [string, unknown] => [name, resolve(each).value]),
    ],
  };
}

function place(at: string, node: { readonly content?: Readonly<Record<string, MediaType>> } | undefined) {
  return Object.entries(node?.content ?? {}).map(([type, media]) => ({ at: `${at} ${type}`, media }));
}

function schemasIn(at: string, schema: Schema, isNamed: boolean): PlacedSchema[] {
  const { properties = {}, items, oneOf = [], allOf = [], anyOf = [] } = schema;
  return [
    { at, schema, isNamed },
    ...Object.entries(properties).flatMap(([name, property]) => schemasIn(`${at}.${name}`, property, true)),
    ...(items ? schemasIn(`${at}[]`, items, false) : []),
    ...[...oneOf, ...allOf, ...anyOf].flatMap((branch, i) => schemasIn(`${at}|${i}`, branch, false)),
  ];
}

export const hasParameter = ({ parameters }: ReadOperation, place: string, name?: string): boolean =>
  parameters.some((p) => p.in === place && (name === undefined || p.name === name));

export const successes = ({ responses }: ReadOperation): readonly ReadResponse[] =>
  responses.filter(({ status }) => status.startsWith('2'));

export const jsonOf = ({ content }: Pick<Response, 'content'>): Schema | undefined =>
  content?.['application/json']?.schema;

/** Name of the component that the schema refers to. */
export const nameOf = (schema: Schema | undefined): string | undefined =>
  schema?.$ref?.replace('#/components/schemas/', '');

export const isA = ({ type }: Schema, ...types: readonly string[]): boolean =>
  [type ?? []].flat().some((each) => types.includes(each));

/** Names of the schemas that a conditional request can be about. */
export function versionedSchemas({ contract }: Reading): (string | undefined)[] {
  return (contract.components.schemas.CurrentResource?.oneOf ?? []).map(nameOf);
}

export const isVersioned = (reading: Reading, response: ReadResponse): boolean =>
  response.status.startsWith('2') && versionedSchemas(reading).includes(nameOf(jsonOf(response)) ?? '');

/** Reads better in a failure than two lists: what is missing, what is too much. */
export function difference(actual: readonly string[], expected: readonly string[], noun: string): string[] {
  return [
    ...expected.filter((x) => !actual.includes(x)).map((x) => `${noun} ${x} is missing`),
    ...actual.filter((x) => !expected.includes(x)).map((x) => `${noun} ${x} is too much`),
  ];
}

/** What is in the list more than once. */
export const repeated = (list: readonly string[]): string[] => list.filter((x, i) => list.indexOf(x) !== i);
