/** The commands in docs/authentication.md do what it says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../setup/test-server.ts';
import { runGuide, whyNoCommands } from './support/guide.ts';

const MISSING = whyNoCommands();

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.destroy());

it.skipIf(MISSING !== undefined)(`the examples run as they stand ${MISSING ?? ''}`, async () => {
  const printed = await runGuide('authentication.md', server.origin);
  const [me = '', expiry, sessions = '', ...rest] = printed.flatMap((line) => line.split(/(?<=\})(?=[\w{])/));
  expect(JSON.parse(me)).toMatchObject({ email: 'grace@example.com' });
  expect(expiry).toBe('900');
  expect(JSON.parse(sessions).items).toHaveLength(2);
  expect(rest).toEqual(['tasks:read', 'null', '900']);
});
