/** What every operation with a body has to answer to a wrong one, generated from the contract. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { type ContractOperation, operations } from '../setup/contract.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import {
  bodySchema,
  encodeBody,
  exampleBodies,
  exampleCall,
  type PropertySchema,
} from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let client: RawClient;
/** Somebody who may call every operation. */
let user: TestUser;

beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
  user = await registerAdmin(app);
});
afterAll(async () => {
  client.close();
  await app.close();
});

/** Sends the call with the user's token where one is needed, and holds the answer against the contract. */
async function ask(operation: ContractOperation, call: Call): Promise<Answer> {
  const credentials = operation.scopes && { Authorization: user.authorization };
  const answer = await client.send({ ...call, headers: { ...credentials, ...call.headers } });
  expect(breaches(operation, answer)).toEqual([]);
  return answer;
}

const errorsOf = ({ text }: Answer): { pointer?: string; code: string }[] => JSON.parse(text).errors;
const withBody = operations.flatMap((operation) =>
  operation.mediaTypes.map((mediaType) => ({
    operation,
    mediaType,
    name: `${operation.operationId} ${mediaType}`,
  })),
);

describe.each(withBody)('$name', ({ operation, mediaType }) => {
  const good = exampleCall(operation, mediaType);
  const schema = bodySchema(operation, mediaType);
  const [example] = exampleBodies(operation, mediaType) as Record<string, never>[];
  const isJson = mediaType.endsWith('json');
  const send = (body: object) => ask(operation, { ...good, body: encodeBody(mediaType, body as never) });

  it('answers 413 to a body of more than 100,000 bytes, and not to one of exactly as many', async () => {
    const most = isJson ? JSON.stringify('x'.repeat(99_998)) : `a=${'x'.repeat(99_998)}`;
    expect((await ask(operation, { ...good, body: most })).status).toBe(422);
    const answer = await ask(operation, { ...good, body: `${most} ` });
    expect(answer.status).toBe(413);
  });

  it.each([
    { what: 'no media type', type: undefined },
    { what: 'another media type', type: 'text/plain' },
    { what: 'a wildcard', type: '*/*' },
    { what: 'no media type at all', type: 'json' },
    { what: 'two media types', type: `${mediaType}, ${mediaType}` },
    { what: 'another charset', type: `${mediaType}; charset=latin1` },
    { what: 'a charset that JSON parsers decode', type: `${mediaType}; charset=utf-16le` },
  ])('answers 415 to $what', async ({ type }) => {
    const headers = type === undefined ? {} : { 'Content-Type': type };
    expect((await ask(operation, { ...good, headers })).status).toBe(415);
  });

  const encodedIn = (name: string) =>
    ask(operation, { ...good, headers: { ...good.headers, 'Content-Encoding': name } });

  it('answers 415 to an unknown Content-Encoding', async () => {
    expect((await encodedIn('zip')).status).toBe(415);
  });

  it('answers 400 to a body that is not in the Content-Encoding it claims to be in', async () => {
    for (const name of ['gzip', 'deflate', 'br']) {
      const answer = await encodedIn(name);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text).detail).toContain('body');
    }
  });

  it('answers 422 to no body, and 400 or 422 to an empty one', async () => {
    const { method, path, headers = {} } = good;
    expect((await ask(operation, { method, path, headers })).status).toBe(422);
    expect([400, 422]).toContain((await ask(operation, { ...good, body: '' })).status);
  });

  it('answers 422 to a field that it does not have, and names it beside every other fault', async () => {
    const answer = await send({ ...example, is_admin: true, user_id: 'x' });
    expect(answer.status).toBe(422);
    for (const pointer of ['/is_admin', '/user_id']) {
      expect(errorsOf(answer)).toContainEqual(expect.objectContaining({ pointer, code: 'unknown' }));
    }
  });

  it('answers 422 to a body without fields, naming every one that is required', async () => {
    const required = schema?.required ?? [];
    if (required.length === 0) return;
    // A form without any field is no body at all.
    const optional = Object.keys(schema?.properties ?? {}).find((name) => !required.includes(name));
    const answer = await send(isJson ? {} : { [String(optional)]: '' });
    expect(answer.status).toBe(422);
    const missing = errorsOf(answer).filter(({ code }) => code === 'required');
    expect(new Set(missing.map(({ pointer }) => pointer))).toEqual(
      new Set(required.map((name) => `/${name}`)),
    );
  });

  const fields = Object.entries(schema?.properties ?? {}).map(([field, property]) => ({ field, property }));
  it.each(fields)('answers 422 to $field outside of its limits', async ({ field, property }) => {
    for (const { value, code } of beyond(property)) {
      const answer = await send({ ...example, [field]: value } as never);
      expect([answer.status, value]).toEqual([422, value]);
      expect(errorsOf(answer)).toContainEqual(expect.objectContaining({ pointer: `/${field}`, code }));
    }
  });
});

describe.each(withBody.filter(({ mediaType }) => mediaType.endsWith('json')))(
  'JSON of $name',
  ({ operation, mediaType }) => {
    const good = exampleCall(operation, mediaType);
    const [example] = exampleBodies(operation, mediaType) as Record<string, never>[];

    it.each(['{"', '{"a":1}}', "{'a':1}", 'nonsense', '{"a":01}', '\uFEFF\uFEFF{}'])(
      'answers 400 to %j',
      async (body) => {
        const answer = await ask(operation, { ...good, body });
        expect(answer.status).toBe(400);
        expect(JSON.parse(answer.text).code).toBe('malformed_request');
      },
    );

    it.each(['null', '17', '"text"', '[]', 'true'])('answers 422 to %s', async (body) => {
      const answer = await ask(operation, { ...good, body });
      expect(answer.status).toBe(422);
      expect(errorsOf(answer)).toContainEqual(expect.objectContaining({ pointer: '', code: 'type' }));
    });

    const properties = Object.entries(bodySchema(operation, mediaType)?.properties ?? {});
    it.each(properties)('answers 422 to %s of another type', async (field, { type }) => {
      const others = [{}, [], 17, true].filter((value) => !isOfType(value, type));
      for (const value of others) {
        const answer = await ask(operation, {
          ...good,
          body: JSON.stringify({ ...example, [field]: value }),
        });
        expect(answer.status).toBe(422);
        expect(errorsOf(answer)).toContainEqual(expect.objectContaining({ pointer: `/${field}` }));
      }
    });
  },
);

function isOfType(value: unknown, type: PropertySchema['type']): boolean {
  return [type ?? []].flat().includes(Array.isArray(value) ? 'array' : typeof value);
}

function beyond({
  enum: words,
  minLength = 0,
  maxLength,
}: PropertySchema): { value: string; code: string }[] {
  const word = words?.[0];
  return [
    ...(word === undefined
      ? []
      : ['other', word.toUpperCase(), ` ${word}`].map((value) => ({ value, code: 'not_allowed' }))),
    ...(maxLength === undefined ? [] : [{ value: 'a'.repeat(maxLength + 1), code: 'too_long' }]),
    ...(minLength === 0 ? [] : [{ value: 'a'.repeat(minLength - 1), code: 'too_short' }]),
    { value: 'a\u0000b', code: 'invalid_characters' },
  ];
}
