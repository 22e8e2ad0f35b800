import fc from 'fast-check';
import type { ContractOperation } from '../setup/contract.ts';
import type { Call } from '../setup/http.ts';
import { ABSENT_ID, exampleBodies, fillPath } from '../setup/requests.ts';
import { parametersOf } from './parts.ts';

/**
 * Requests that nobody sends by mistake. Bodies are made as text, because much of what hurts a server can't be said by
 * a JavaScript value: numbers beyond its range, lone surrogates, keys named twice.
 */

/** Values as they stand in JSON. */
const ODD_VALUES: readonly string[] = [
  ...['null', 'true', '[]', '{}', '""', '" "', '"\\t\\r\\n"', '0', '-0', '1.5', '1e400', '-1e400', '1e-400'],
  ...['9007199254740993', '99999999999999999999', '2147483648', '"NaN"', '"1"', '"true"', '"null"'],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00a"',
    '"\\ud83d\\ude00"',
    '"\\u202e"',
    '"\\u200b"',
    '"\\uffff"',
  ],
  ...['"%00"', '"\' or 1=1 --"', '"$1"', '"{{1}}"', '"%s"', '"../../etc/passwd"', '"<b>"', '"\\\\"'],
  ...[
    '"2026-02-30T00:00:00Z"',
    '"a@b"',
    '"a@b.c\\n"',
    '"UTC"',
    '"+25:00"',
    '"pending"',
    '"completed"',
    '"admin"',
  ],
  `"${'x'.repeat(50_000)}"`,
  `"${'\\u0000'.repeat(10_000)}"`,
  `"${'\u00e9'.repeat(36)}"`,
  `"${'\u{1f600}'.repeat(200)}"`,
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
  `[${'0,'.repeat(20_000)}0]`,
  `{${Array.from({ length: 5000 }, (_, index) => `"key${index}":1`).join()}}`,
];

const ODD_KEYS: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    'id',
    'user_id',
  ],
  ...[
    'version',
    'role',
    'deleted_at',
    '',
    ' ',
    '~',
    '/',
    '~1',
    'a~',
    '$ref',
    'a.b',
    'a[b]',
    '\u00e9',
    'x'.repeat(400),
  ],
];

const POLLUTION = '{"polluted":true,"prototype":{"polluted":true},"__proto__":{"polluted":true}}';
const ODD_JSON_KEYS = [
  ...ODD_KEYS.map((key) => JSON.stringify(key)),
  '"\\u0000"',
  '"\\ud800"',
  `"${'\\u0000'.repeat(99)}"`,
];

const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...ODD_KEYS));
const jsonValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
  {
    weight: 1,
    arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.constant(POLLUTION) },
);

type Members = readonly (readonly [string, string])[];
const toObject = (members: Members): string => `{${members.map(([key, value]) => `${key}:${value}`).join()}}`;

/** JSON that differs from an example of the contract in a few places: fields lost, spoiled, repeated or invented. */
function nearly(operation: ContractOperation): fc.Arbitrary<string> {
  const examples = exampleBodies(operation).map((body) =>
    Object.entries(body as object).map(
      ([key, value]) => [JSON.stringify(key), JSON.stringify(value)] as const,
    ),
  );
  const keys = fc.constantFrom(...new Set(examples.flat().map(([key]) => key)));
  const key = fc.oneof(
    { weight: 4, arbitrary: keys },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_JSON_KEYS) },
  );
  const additions = fc.array(fc.tuple(key, jsonValue), { minLength: 1, maxLength: 3 });
  return fc
    .tuple(fc.constantFrom(...examples), fc.integer({ min: -1, max: 4 }), additions)
    .map(([members, lost, added]) => toObject([...members.filter((_, index) => index !== lost), ...added]));
}

const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  fc.constantFrom(...ODD_VALUES),
  fc.string({ unit: 'binary' }),
);

/** Percent-encoded text, some of it not UTF-8. */
const queryText = fc.oneof(
  word.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '%00',
    '%zz',
    '%',
    '%ED%A0%80',
    '%FF',
    '%F0%9F',
    '%C0%80',
    '+',
    '=',
    '&',
    ';',
    '%0d%0a',
    '[',
    '[]',
    '[a]',
  ),
  fc.constantFrom(
    '1',
    '0',
    '-1',
    '101',
    '1e1',
    '0x10',
    '%205',
    '1.0',
    '1000000',
    '1000001',
    '99999999999',
    'pending',
  ),
  fc.constantFrom('x'.repeat(1500), 'MjAy.kR2m', '.', 'a.b.c', 'W10.AAAAAAAAAAAAAAAAAAAAAA'),
);

function query(operation: ContractOperation): fc.Arbitrary<string> {
  const names = parametersOf(operation).map(({ name }) => name);
  const name =
    names.length === 0 ? queryText : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, queryText);
  const pair = fc.tuple(name, queryText, fc.constantFrom('=', '=', '=', '[]=', '[a]=', '')).map((parts) => {
    const [key, value, sign] = parts;
    return sign === '' ? key : `${key}${sign}${value}`;
  });
  return fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join('&'));
}

/** The same id, mostly; else something that is none. */
const pathId = fc.oneof(
  { weight: 4, arbitrary: fc.constant(ABSENT_ID) },
  queryText.map((text) => `x${text.replaceAll('/', '')}`),
);

/** Values of conditional headers. */
const TAGS = [
  '*',
  '"1"',
  'W/"1"',
  '"0", "2"',
  '""',
  '"',
  'x',
  '"\u00e9"',
  '"1",',
  ',',
  '"a,b"',
  `"${'1'.repeat(600)}"`,
];
const headers = fc.record(
  {
    'If-Match': fc.constantFrom(...TAGS),
    'If-None-Match': fc.constantFrom(...TAGS),
    Accept: fc.constantFrom('*/*', 'text/html', 'application/xml;q=0.1', 'x', ''),
    'X-Request-Id': fc.constantFrom('0123456789', 'x', '"', '\u00e9'.repeat(9)),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

/** Requests with an odd body. An operation that takes none gets one nevertheless. */
export function oddBodies(operation: ContractOperation): fc.Arbitrary<Call> {
  const { method, path, mediaTypes } = operation;
  const bodies =
    mediaTypes.length === 0 ? anyJson : fc.oneof({ weight: 3, arbitrary: nearly(operation) }, anyJson);
  const types = mediaTypes.length === 0 ? ['application/json'] : mediaTypes;
  return fc.tuple(bodies, fc.constantFrom(...types)).map(([text, type]) => {
    const body = type.endsWith('json') ? text : toForm(text);
    return { method, path: fillPath(path), headers: { 'Content-Type': type }, body };
  });
}

/** The same fields as a form; what is not an object is sent as it is. */
function toForm(json: string): string {
  try {
    const members = Object.entries(JSON.parse(json) as object).map(
      ([key, value]) => [key, String(value)] as const,
    );
    return new URLSearchParams(Object.fromEntries([['grant_type', 'password'], ...members])).toString();
  } catch {
    return json;
  }
}

/** Requests with an odd path, query and headers, and a good body where one is needed. */
export function oddAddresses(operation: ContractOperation, good: Call): fc.Arbitrary<Call> {
  return fc.tuple(pathId, query(operation), headers).map(([id, search, odd]) => ({
    ...good,
    path: `${fillPath(operation.path, id)}?${search}`,
    headers: { ...odd, ...good.headers },
  }));
}
