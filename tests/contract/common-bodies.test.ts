/** What becomes of a body before any schema is asked, once for each operation; `tests/conformance/` has all the ways. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { type ContractOperation, operations } from '../setup/contract.ts';
import { type Answer, type Call, createRawClient, type RawClient } from '../setup/http.ts';
import { exampleCall } from '../setup/requests.ts';
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

const withBody = operations.flatMap((operation) =>
  operation.mediaTypes.map((mediaType) => ({
    operation,
    mediaType,
    name: `${operation.operationId} ${mediaType}`,
  })),
);

describe.each(withBody)('$name', ({ operation, mediaType }) => {
  const good = exampleCall(operation, mediaType);
  const isJson = mediaType.endsWith('json');

  it('IN11 answers 413 to a body of more than 100,000 bytes, and not to one of exactly as many', async () => {
    const most = isJson ? JSON.stringify('x'.repeat(99_998)) : `a=${'x'.repeat(99_998)}`;
    expect((await ask(operation, { ...good, body: most })).status).toBe(422);
    expect((await ask(operation, { ...good, body: `${most} ` })).status).toBe(413);
  });

  it('IN10 answers 415 to a body without a media type', async () => {
    expect((await ask(operation, { ...good, headers: {} })).status).toBe(415);
  });

  it('IN10 answers 400 to a body that is not in the encoding it claims to be in', async () => {
    const headers = { ...good.headers, 'Content-Encoding': 'gzip' };
    const answer = await ask(operation, { ...good, headers });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, 'malformed_request']);
    expect(JSON.parse(answer.text).detail).toContain('body');
  });

  it('answers 422 to no body, and 400 or 422 to an empty one', async () => {
    const { method, path, headers = {} } = good;
    expect((await ask(operation, { method, path, headers })).status).toBe(422);
    expect([400, 422]).toContain((await ask(operation, { ...good, body: '' })).status);
  });
});
