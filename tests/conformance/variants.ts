import type { Schema } from '../setup/schema-checker.ts';
import { escapePointer, flatten, isValid, resize, typeOf, typesOf } from './schemas.ts';

/**
 * Values that differ from a valid one in one place: at the limits of every constraint, just beyond them, of every other
 * type, without a field, with one too many. Which of them are still valid is the oracle's decision, not made here.
 */
export interface Variant {
  /** What was done, for people. */
  readonly what: string;
  /** Where it was done (RFC 6901). */
  readonly pointer: string;
  /** The whole value with the change. */
  readonly value: unknown;
}

const OTHER_TYPES: readonly unknown[] = [null, true, 17, 1.5, 'text', [], {}, ['text'], { text: 'text' }];

export function* variantsOf(reference: Schema, value: unknown, pointer = ''): Iterable<Variant> {
  const { oneOf, anyOf, ...schema } = flatten(reference);
  for (const other of OTHER_TYPES) {
    yield { what: `${JSON.stringify(other)} instead`, pointer, value: other };
  }
  const branch = (oneOf ?? anyOf)?.find((candidate) => isValid(candidate, value));
  if (branch !== undefined) yield* variantsOf({ ...schema, allOf: [branch] }, value, pointer);
  else if (Array.isArray(value)) yield* arrayVariants(schema, value, pointer);
  else if (typeof value === 'object' && value !== null) yield* objectVariants(schema, { ...value }, pointer);
  else if (typeof value === 'number') yield* numberVariants(schema, value, pointer);
  else if (typeof value === 'string') yield* stringVariants(schema, value, pointer);
}

/** Fields that servers have been tricked into taking (mass assignment), and names that JavaScript knows. */
const UNKNOWN_FIELDS = ['unknown_field', 'id', 'user_id', 'role', 'is_admin', 'constructor', 'a/b~c'];

type Members = Readonly<Record<string, unknown>>;

function* objectVariants({ properties = {} }: Schema, value: Members, pointer: string): Iterable<Variant> {
  for (const [name, property] of Object.entries(properties)) {
    if (!(name in value)) continue;
    const { [name]: child, ...rest } = value;
    const place = `${pointer}/${escapePointer(name)}`;
    yield { what: `without ${name}`, pointer: place, value: rest };
    for (const variant of variantsOf(property, child, place)) {
      yield { ...variant, value: { ...value, [name]: variant.value } };
    }
  }
  // Without a name only at the top: deeper, no server can tell it from the name before.
  const names = [...UNKNOWN_FIELDS, ...(pointer === '' ? [''] : [])];
  for (const name of names.filter((field) => !Object.hasOwn(properties, field))) {
    const place = `${pointer}/${escapePointer(name)}`;
    yield { what: `with ${JSON.stringify(name)}`, pointer: place, value: { ...value, [name]: 'x' } };
  }
}

function* arrayVariants(schema: Schema, value: readonly unknown[], pointer: string): Iterable<Variant> {
  const { items = {}, minItems = 0, maxItems } = schema;
  const [first] = value;
  for (const length of new Set([minItems - 1, minItems, maxItems ?? minItems, (maxItems ?? minItems) + 1])) {
    if (length < 0 || (length > 0 && value.length === 0)) continue;
    const repeated = Array.from({ length }, (_, index) => value[index] ?? first);
    yield { what: `${length} items`, pointer, value: repeated };
  }
  if (first === undefined) return;
  yield { what: 'an item twice', pointer, value: [first, ...value.slice(0, (maxItems ?? 99) - 1)] };
  for (const variant of variantsOf(items, first, `${pointer}/0`)) {
    yield { ...variant, value: [variant.value, ...value.slice(1)] };
  }
}

function* numberVariants(schema: Schema, value: number, pointer: string): Iterable<Variant> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const limits = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter(
    (limit) => limit !== undefined,
  );
  const numbers = [
    ...limits.flatMap((limit) => [limit - 1, limit, limit + 1]),
    ...(multipleOf === undefined ? [] : [value + multipleOf / 2]),
    ...[value + 0.5, 0, -1, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300, -1e300],
  ];
  for (const number of new Set(numbers)) yield { what: `the number ${number}`, pointer, value: number };
  yield { what: 'the number as text', pointer, value: String(value) };
}

/** Almost a format, each in a way that a careless check lets through, or is bound to let through. */
const NEAR_MISSES: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2026-02-30T00:00:00Z',
    '2028-02-29T23:59:59.999Z',
    '2026-11-21T09:30:00',
    '2026-11-21',
    '2026-11-21T24:00:00Z',
    '2026-11-21T09:30:00+25:00',
    'infinity',
  ],
  date: ['2026-02-29', '2028-02-29', '2026-13-01', '2026-1-1', '20261121', '2026-11-21T00:00:00Z', 'today'],
  email: [
    'ada',
    'ada@',
    '@example.com',
    'ada@@example.com',
    'a b@example.com',
    'ada@example.com\n',
    'ADA@EXAMPLE.COM',
  ],
  password: ['\u00e9'.repeat(36), '\u00e9'.repeat(37), '\u{1f600}'.repeat(18), '\u{1f600}'.repeat(19)],
  'time-zone': ['Mars/Phobos', '+01:00', 'europe/berlin', 'Europe/', 'CEST', 'UTC+1', '../UTC'],
  uri: ['example.com', '//example.com', 'http:// example.com'],
  uuid: [
    '0199f3a06f0b7c3e9d4a2f6b8c1d0e5a',
    '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5',
    '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5ab',
    '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5g',
    '{0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a}',
    'urn:uuid:0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a',
    '0199F3A0-6F0B-7C3E-9D4A-2F6B8C1D0E5A',
  ],
};

/** Characters that patterns forget. */
const ODD_CHARACTERS = [' ', '\t', '\n', '\u0001', '\u007f', '"', '<', '\u00e9', '\u200b', '\u{1f600}'];

function* stringVariants(schema: Schema, value: string, pointer: string): Iterable<Variant> {
  const { enum: words = [], format = '', minLength = 0, maxLength } = schema;
  const lengths = [minLength - 1, minLength, ...(maxLength === undefined ? [] : [maxLength, maxLength + 1])];
  for (const length of new Set(lengths.filter((candidate) => candidate >= 0))) {
    yield { what: `${length} characters`, pointer, value: ofLength(schema, value, length) };
  }
  for (const text of [...(NEAR_MISSES[format] ?? []), '', '   ', 'null']) {
    yield { what: JSON.stringify(text.slice(0, 50)), pointer, value: text };
  }
  const characters = [...value];
  const middle = Math.floor(characters.length / 2);
  for (const odd of ODD_CHARACTERS) {
    for (const index of new Set([0, middle, characters.length])) {
      const text = characters.toSpliced(index, 0, odd).join('');
      yield { what: JSON.stringify(text.slice(0, 50)), pointer, value: text };
    }
  }
  for (const word of words.filter((candidate) => typeof candidate === 'string')) {
    for (const text of [word, word.toUpperCase(), `${word}s`, `${word},${word}`]) {
      yield { what: JSON.stringify(text), pointer, value: text };
    }
  }
}

/** Breaking nothing but the length, where that can be. */
function ofLength(schema: Schema, value: string, length: number): string {
  const { minLength: _min, maxLength: _max, format, ...rest } = schema;
  // `password` limits the length too, in bytes.
  const others: Schema = format === undefined || format === 'password' ? rest : { ...rest, format };
  return resize(value, length, (text) => isValid(others, text)) ?? 'a'.repeat(length);
}

/** What a constraint is broken with: every keyword of the schema, and where it stands. Feeds the check of the variants. */
export function* constraintsOf(reference: Schema, value: unknown, pointer = ''): Iterable<string> {
  const { oneOf, anyOf, ...schema } = flatten(reference);
  const branch = (oneOf ?? anyOf)?.find((candidate) => isValid(candidate, value));
  if (branch !== undefined) return yield* constraintsOf({ ...schema, allOf: [branch] }, value, pointer);
  if (typesOf(schema).length > 0) yield `${pointer} type`;
  const type = typeOf(value);
  const keywords = KEYWORDS[type] ?? [];
  for (const keyword of keywords) if (isBreakable(schema, keyword)) yield `${pointer} ${keyword}`;
  if (Array.isArray(value) && value.length > 0)
    yield* constraintsOf(schema.items ?? {}, value[0], `${pointer}/0`);
  if (type !== 'object') return;
  for (const [name, child] of Object.entries(value as Members)) {
    const property = schema.properties?.[name];
    if (property !== undefined) yield* constraintsOf(property, child, `${pointer}/${escapePointer(name)}`);
  }
}

const NUMERIC = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
const KEYWORDS: Readonly<Record<string, readonly (keyof Schema)[]>> = {
  string: ['enum', 'format', 'pattern', 'minLength', 'maxLength'],
  integer: NUMERIC,
  number: NUMERIC,
  array: ['minItems', 'maxItems', 'uniqueItems'],
  object: ['required', 'additionalProperties', 'unevaluatedProperties'],
};

function isBreakable(schema: Schema, keyword: keyof Schema): boolean {
  const limit = schema[keyword];
  if (keyword === 'format') return limit !== undefined && NEAR_MISSES[String(limit)] !== undefined;
  if (keyword === 'required') return Array.isArray(limit) && limit.length > 0;
  if (['minLength', 'minItems'].includes(keyword)) return Number(limit ?? 0) > 0;
  return limit !== undefined && limit !== true ? true : keyword === 'uniqueItems' && limit === true;
}
