import fc from 'fast-check';
import type { Schema } from '../setup/schema-checker.ts';
import { flatten, isValid, resize, typesOf } from './schemas.ts';

/** Valid values of a schema, small ones first when fast-check shrinks. */

/** @param full whether objects have all of their optional properties */
export function arbitraryOf(reference: Schema, full = false): fc.Arbitrary<unknown> {
  const { oneOf, anyOf, ...schema } = flatten(reference);
  const branches = oneOf ?? anyOf;
  if (branches !== undefined) {
    return fc.oneof(...branches.map((branch) => arbitraryOf({ ...schema, allOf: [branch] }, full)));
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  return fc.oneof(...typesOf(schema).map((type) => ofType(type, { ...schema, type }, full)));
}

function ofType(type: string, schema: Schema, full: boolean): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return numbers(schema, fc.integer(integerLimits(schema)));
    case 'number':
      return numbers(schema, fc.double({ ...doubleLimits(schema), noNaN: true, noDefaultInfinity: true }));
    case 'string':
      return strings(schema);
    case 'array':
      return arrays(schema, full);
    case 'object':
      return objects(schema, full);
    default:
      throw new Error(`The generator knows no type ${type}: ${JSON.stringify(schema)}`);
  }
}

function integerLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema) {
  const min = exclusiveMinimum === undefined ? (minimum ?? -(2 ** 31)) : Math.floor(exclusiveMinimum) + 1;
  const max = exclusiveMaximum === undefined ? (maximum ?? 2 ** 31 - 1) : Math.ceil(exclusiveMaximum) - 1;
  return { min, max };
}

function doubleLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema) {
  return {
    min: exclusiveMinimum ?? minimum ?? -1e9,
    max: exclusiveMaximum ?? maximum ?? 1e9,
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
  };
}

function numbers({ multipleOf = 0 }: Schema, any: fc.Arbitrary<number>): fc.Arbitrary<number> {
  return multipleOf === 0 ? any : any.map((number) => Math.trunc(number / multipleOf) * multipleOf);
}

function arrays(schema: Schema, full: boolean): fc.Arbitrary<unknown[]> {
  // What has an item shows what is wrong with items.
  const limits = {
    minLength: Math.max(schema.minItems ?? 0, full ? 1 : 0),
    maxLength: Math.min(schema.maxItems ?? 10, 10),
  };
  const items = arbitraryOf(schema.items ?? { type: 'string' }, full);
  if (schema.uniqueItems !== true) return fc.array(items, limits);
  return fc.uniqueArray(items, { ...limits, selector: (item) => JSON.stringify(item) });
}

function objects(schema: Schema, full: boolean): fc.Arbitrary<object> {
  const {
    properties = {},
    required = [],
    minProperties = 0,
    maxProperties = Number.POSITIVE_INFINITY,
  } = schema;
  const members = Object.entries(properties).map(
    ([name, property]) => [name, arbitraryOf(property, full)] as const,
  );
  if (minProperties > required.length || maxProperties < members.length) {
    // Not all of them go together.
    const limits = { minLength: minProperties, maxLength: Math.min(maxProperties, members.length) };
    return fc
      .shuffledSubarray(members, limits)
      .chain((some) =>
        fc.record<Record<string, unknown>>(Object.fromEntries(some), { noNullPrototype: true }),
      );
  }
  return fc.record<Record<string, unknown>>(Object.fromEntries(members), {
    requiredKeys: full ? Object.keys(properties) : [...required],
    noNullPrototype: true,
  });
}

/** Zones, and not all of them: the list is long and one that exists is like another. */
const ZONES = ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kathmandu', 'Etc/GMT+12'];

const instant = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: instant.map((text) => text.slice(0, 10)),
  'date-time': instant,
  email: fc.emailAddress(),
  time: instant.map((text) => text.slice(11)),
  'time-zone': fc.constantFrom(...ZONES),
  uri: fc.webUrl(),
  uuid: fc.uuid(),
};

/**
 * Strings by format, by pattern or of any characters, made to fit the lengths. What still breaks a rule is replaced by
 * the contract's example, for throwing it away might never end.
 */
function strings(schema: Schema): fc.Arbitrary<string> {
  const { format = '', pattern, minLength = 0, maxLength = 300 } = schema;
  const limits = { minLength, maxLength: Math.min(maxLength, 300) };
  const text = fc.oneof(
    fc.string({ unit: 'binary', ...limits }),
    fc.string({ unit: 'grapheme', ...limits }),
    fc.string({ unit: 'grapheme-ascii', ...limits }),
  );
  const shaped =
    FORMATS[format] ?? (pattern === undefined ? text : fc.stringMatching(new RegExp(pattern, 'u')));
  const isFree = FORMATS[format] === undefined && pattern !== undefined && !pattern.startsWith('^');
  const satisfies = (value: string): boolean => isStorable(value) && isValid(schema, value);
  const fit = (value: string): string => {
    if (satisfies(value)) return value;
    const { length } = [...value];
    const wanted = Math.min(Math.max(length, minLength), maxLength);
    const resized = wanted === length ? undefined : resize(value, wanted, satisfies);
    return resized ?? exampleOf(schema);
  };
  return fc.oneof(shaped, isFree ? text : shaped, fc.constant(exampleOf(schema))).map(fit);
}

function exampleOf(schema: Schema): string {
  const example = schema.examples?.find((candidate) => typeof candidate === 'string');
  if (typeof example === 'string' && isValid(schema, example)) return example;
  throw new Error(`The generator needs an example in ${JSON.stringify(schema)}`);
}

/** Neither NUL nor half a character: those are refused everywhere. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
