import type { ContractOperation } from '../setup/contract.ts';
import type { Call } from '../setup/http.ts';
import type { Where } from './judge.ts';
import { type Parts, parametersOf, toCall } from './parts.ts';

/** What is wrong with a request before any schema is asked: its text, its media type, parameters that nobody knows. */
export interface WireCase {
  readonly what: string;
  readonly call: Call;
  /** One of these is the answer. */
  readonly statuses: readonly number[];
  readonly places: readonly Where[];
}

type Ids = Readonly<Record<string, string>>;

/** @param parts a valid request with everything in it */
export function* wireCases(operation: ContractOperation, parts: Parts, ids: Ids): Iterable<WireCase> {
  const call = toCall(operation, parts, ids);
  yield* unknownParameters(call);
  yield* brokenText(operation, parts, call, ids);
  if (parts.mediaType === undefined) return;
  yield* brokenBodies(operation, parts, ids);
  yield* mediaTypes(parts.mediaType, call);
  if (parts.mediaType.endsWith('json')) yield* malformedJson(call);
  else yield* repeatedFields(call);
}

/** Which of the two is meant would be a guess, and another one in each program on the way. */
function* repeatedFields(call: Call): Iterable<WireCase> {
  const fields = String(call.body).split('&');
  for (const field of fields) {
    const name = String(field.split('=')[0]);
    const repeated = { ...call, body: [...fields, field].join('&') };
    yield { what: `form ${name} twice`, call: repeated, statuses: [422], places: [{ pointer: `/${name}` }] };
  }
}

function withQuery(call: Call, pair: string): Call {
  return { ...call, path: `${call.path}${call.path.includes('?') ? '&' : '?'}${pair}` };
}

function* unknownParameters(call: Call): Iterable<WireCase> {
  for (const name of ['nonsense', 'access_token', '__proto__', 'constructor', 'a[b]', 'x'.repeat(300)]) {
    const places = [{ parameter: name }];
    yield { what: `query ${name} is unknown`, call: withQuery(call, `${name}=1`), statuses: [422], places };
  }
  yield { what: 'query with NUL in a name', call: withQuery(call, 'a%00b=1'), statuses: [422], places: [] };
  yield { what: 'query without a name', call: withQuery(call, '=1'), statuses: [422], places: [] };
}

/** NUL, and bytes that are half a character, in every parameter. */
function* brokenText(operation: ContractOperation, parts: Parts, call: Call, ids: Ids): Iterable<WireCase> {
  for (const { name, in: place } of parametersOf(operation)) {
    const places = [{ parameter: name }];
    if (place === 'path') {
      const at = (text: string): Call => ({
        ...toCall(operation, { ...parts, path: { ...parts.path, [name]: 'BROKEN' } }, ids),
        path: call.path.split('?')[0]?.replace(String(ids[name]), text) ?? '',
      });
      yield { what: `path ${name} with NUL`, call: at(`${ids[name]}%00`), statuses: [422], places };
      // The long ones are cut short in the answer, wherever that is.
      const odd = [
        '..%2F..%2Fetc',
        'a'.repeat(3000),
        ...['', 'a', 'ab'].map((start) => start + '%41'.repeat(900)),
      ];
      for (const text of odd) {
        yield { what: `path ${name} with ${text.slice(0, 20)}`, call: at(text), statuses: [422], places };
      }
      for (const text of ['%ED%A0%80', '%zz', '%', '%F0%9F', '%C0%80']) {
        yield { what: `path ${name} with ${text}`, call: at(text), statuses: [400], places };
      }
    } else if (place === 'query') {
      const { [name]: _own, ...others } = parts.query;
      const rest = toCall(operation, { ...parts, query: others }, ids);
      for (const text of ['%00', 'a%00b', '%ED%A0%80', '%F0%9F']) {
        const broken = withQuery(rest, `${name}=${text}`);
        yield { what: `query ${name} with ${text}`, call: broken, statuses: [422], places };
      }
    }
  }
}

/** NUL and lone surrogates in every string of the body. */
function* brokenBodies(operation: ContractOperation, parts: Parts, ids: Ids): Iterable<WireCase> {
  // A form is UTF-8 in percent-encoding, which has no half characters.
  const ends =
    parts.mediaType?.endsWith('json') === true ? ['\0', '\ud800', '\udc00', '\ude00\ud83d'] : ['\0'];
  for (const end of ends) {
    for (const { pointer, value } of withText(parts.body, end)) {
      const call = toCall(operation, { ...parts, body: value }, ids);
      yield {
        what: `body ${pointer} with ${JSON.stringify(end)}`,
        call,
        statuses: [422],
        places: [{ pointer }],
      };
    }
  }
}

/** The value as often as it has strings, each time with another of them spoiled. */
function* withText(value: unknown, end: string, pointer = ''): Iterable<{ pointer: string; value: unknown }> {
  if (typeof value === 'string') yield { pointer, value: value + end };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    for (const spoiled of withText(child, end, `${pointer}/${key}`)) {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      Object.assign(copy, { [key]: spoiled.value });
      yield { ...spoiled, value: copy };
    }
  }
}

function* mediaTypes(mediaType: string, call: Call): Iterable<WireCase> {
  const { 'Content-Type': _own, ...headers } = call.headers ?? {};
  const wrong = [
    ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', '*/*', 'json', ''],
    ...[`${mediaType}, ${mediaType}`, `${mediaType}x`, `${mediaType}; charset=latin1`],
    `${mediaType}; charset=utf-16le`,
  ];
  for (const type of wrong) {
    const spoiled = { ...call, headers: { ...headers, 'Content-Type': type } };
    yield { what: `media type ${JSON.stringify(type)}`, call: spoiled, statuses: [415], places: [] };
  }
  yield { what: 'no media type', call: { ...call, headers }, statuses: [415], places: [] };
  const encoded = { ...call, headers: { ...call.headers, 'Content-Encoding': 'zip' } };
  yield { what: 'an unknown Content-Encoding', call: encoded, statuses: [415], places: [] };
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const claimed = { ...call, headers: { ...call.headers, 'Content-Encoding': encoding } };
    yield { what: `not in ${encoding} as it claims`, call: claimed, statuses: [400], places: [] };
  }
  const { body: _body, ...bare } = call;
  yield { what: 'no body', call: bare, statuses: [422], places: [{ pointer: '' }] };
}

function* malformedJson(call: Call): Iterable<WireCase> {
  const whole = String(call.body);
  const texts = ['{"', '{"a":1}}', "{'a':1}", 'nonsense', '{"a":01}', '{"a":NaN}', '[1,]', '\uFEFF\uFEFF{}'];
  for (const body of [...texts, whole.slice(0, -1), `${whole}x`, `${whole}${whole}`, `/**/${whole}`]) {
    yield { what: `JSON ${body.slice(0, 30)}`, call: { ...call, body }, statuses: [400], places: [] };
  }
  for (const body of ['null', '17', '"text"', '[]', 'true']) {
    yield { what: `JSON ${body}`, call: { ...call, body }, statuses: [422], places: [{ pointer: '' }] };
  }
}
