import fc from 'fast-check';
import type { ContractOperation } from '../setup/contract.ts';
import { contract } from '../setup/contract.ts';
import type { Call } from '../setup/http.ts';
import { encodeBody } from '../setup/requests.ts';
import { resolveIn, type Schema } from '../setup/schema-checker.ts';
import { arbitraryOf } from './arbitraries.ts';
import { flatten, typesOf } from './schemas.ts';

/** A request as values, before it is written: what generators make and what breaks in one place at a time. */

export type Place = 'path' | 'query' | 'header' | 'cookie';

export interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: Place;
  readonly required?: boolean;
  readonly explode?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

/** By name; absent ones are not sent. */
export type Values = Readonly<Record<string, unknown>>;

export interface Parts {
  readonly path: Values;
  readonly query: Values;
  readonly header: Values;
  readonly cookie: Values;
  readonly mediaType?: string;
  readonly body?: unknown;
}

/** Stands for the id of something that exists; whoever sends the request fills it in. */
export const EXISTING = '{existing}';

const parameters = new Map<ContractOperation, readonly Parameter[]>();

/** Parameters of the operation and of its path, their examples in their schemas. */
export function parametersOf(operation: ContractOperation): readonly Parameter[] {
  const { path, method } = operation;
  const item = contract.paths[path];
  const all: Parameter[] = [...(item.parameters ?? []), ...(item[method.toLowerCase()].parameters ?? [])];
  const known =
    parameters.get(operation) ??
    all.map((reference) => {
      const parameter = resolveIn(contract, reference);
      const schema = flatten(parameter.schema);
      return { ...parameter, schema: { ...schema, examples: schema.examples ?? [parameter.example] } };
    });
  parameters.set(operation, known);
  return known;
}

export function bodySchemaOf({ path, method }: ContractOperation, mediaType: string): Schema {
  return contract.paths[path][method.toLowerCase()].requestBody.content[mediaType].schema;
}

/**
 * Valid requests.
 *
 * @param full with every optional parameter and field, and only of things that exist
 */
export function partsOf(
  operation: ContractOperation,
  full = false,
  mediaTypes = operation.mediaTypes,
): fc.Arbitrary<Parts> {
  const parameters = parametersOf(operation);
  const placed = (place: Place): fc.Arbitrary<Values> => {
    const own = parameters.filter((parameter) => parameter.in === place);
    const values = own.map(({ name, schema }) => [name, valueIn(place, schema, full)] as const);
    const requiredKeys = own.filter(({ required }) => full || required === true).map(({ name }) => name);
    return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true });
  };
  const bodies = mediaTypes.map((mediaType) =>
    fc.record({
      mediaType: fc.constant(mediaType),
      body: arbitraryOf(bodySchemaOf(operation, mediaType), full),
    }),
  );
  return fc
    .tuple(
      fc.record({
        path: placed('path'),
        query: placed('query'),
        header: placed('header'),
        cookie: placed('cookie'),
      }),
      bodies.length === 0 ? fc.constant({}) : fc.oneof(...bodies),
    )
    .map(([places, body]) => ({ ...places, ...body }));
}

function valueIn(place: Place, schema: Schema, full: boolean): fc.Arbitrary<unknown> {
  const values = arbitraryOf(schema, full);
  if (place !== 'path') return values;
  return full ? fc.constant(EXISTING) : fc.oneof({ weight: 3, arbitrary: fc.constant(EXISTING) }, values);
}

/** The request as it is sent. @param ids what `EXISTING` stands for, by name of the path parameter */
export function toCall(
  operation: ContractOperation,
  parts: Parts,
  ids: Readonly<Record<string, string>>,
): Call {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = parts.path[name] === EXISTING ? ids[name] : parts.path[name];
    return encodeURIComponent(String(value));
  });
  const search = parametersOf(operation)
    .filter((parameter) => parameter.in === 'query' && parameter.name in parts.query)
    .flatMap((parameter) => toPairs(parameter, parts.query[parameter.name]));
  const cookies = Object.entries(parts.cookie).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  const { mediaType, body } = parts;
  return {
    method: operation.method,
    path: search.length === 0 ? path : `${path}?${search.join('&')}`,
    headers: {
      ...Object.fromEntries(Object.entries(parts.header).map(([name, value]) => [name, String(value)])),
      ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
      ...(mediaType === undefined ? {} : { 'Content-Type': mediaType }),
    },
    ...(mediaType === undefined || body === undefined ? {} : { body: encodeBody(mediaType, body as never) }),
  };
}

/** Style `form`: a list is repeated, or joined by commas without `explode`. */
function toPairs({ name, explode = true }: Parameter, value: unknown): string[] {
  const values = [value].flat().map((item) => encodeURIComponent(String(item)));
  const texts = explode ? values : [values.join()];
  return texts.map((text) => `${encodeURIComponent(name)}=${text}`);
}

/** The text of a parameter as its schema's type, when it is the one spelling of it in JSON; else it stays a string. */
export function decode(reference: Schema, text: string): unknown {
  const schema = flatten(reference);
  const types = typesOf(schema);
  if (types.includes('integer') && /^(0|-?[1-9][0-9]*)$/.test(text)) return Number(text);
  if (types.includes('number') && /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text))
    return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if (types.includes('array')) return [decode(schema.items ?? {}, text)];
  return text;
}
