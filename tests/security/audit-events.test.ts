/** Every security event there is has a cause here, and is a line of the log with who, and with nothing that anybody wrote. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecurityEvent } from '../../src/audit.ts';
import { createIssuer, type TestIssuer } from '../setup/issuer.ts';
import { mailedToken } from '../setup/mailed-tokens.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

let issuer: TestIssuer;
let server: TestServer;
beforeAll(async () => {
  issuer = await createIssuer();
  server = await createTestServer({
    environment: { ...issuer.environment, RATE_LIMIT: 'on', RATE_LIMIT_SCALE: '1000' },
  });
});
afterAll(async () => {
  await server.destroy();
  await issuer.stop();
});

/** What would be another line if it were written as it is: ends of lines, of several scripts, and colours of terminals. */
const FORGED = 'Ada\r\n{"audit":"forged"}\u2028\u2029\u0085\u001b[31m\u0000';
const PRINTABLE = FORGED.replaceAll('\u0000', '');
const PASSWORD = 'correct horse battery';
const NEW = 'staple battery correct';

interface Person {
  readonly id: string;
  readonly email: string;
  readonly access: string;
  readonly refresh: string;
}
// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever the contract says
type Json = any;

async function call(method: string, path: string, body?: object, token?: string): Promise<Json> {
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      // As much of it as a header can carry.
      'User-Agent': 'Ada\t{"audit":"forged"}\u0085\u00ff',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return text === '' ? {} : JSON.parse(text);
}

let count = 0;
async function register(): Promise<Person> {
  count += 1;
  const email = `audit-events-${process.pid}-${count}@example.com`;
  const made = await call('POST', '/auth/register', { email, password: PASSWORD, name: PRINTABLE });
  return { id: made.user.id, email, access: made.access_token, refresh: made.refresh_token };
}
const login = (email: string, password = PASSWORD) => call('POST', '/auth/login', { email, password });
const mailed = (person: Person, purpose: 'verify_email' | 'change_email' | 'reset_password') =>
  mailedToken(server, person, purpose);
const token = { name: PRINTABLE, scopes: ['tasks:read'] };

/** What somebody does for the event to happen. A new event does not compile until it has a cause. */
const CAUSES: Readonly<Record<SecurityEvent, (person: Person) => Promise<unknown>>> = {
  'access.denied': ({ access }) => call('GET', '/admin/users', undefined, access),
  'access_token.created': ({ access }) => call('POST', '/me/tokens', token, access),
  'access_token.revoked': async ({ access }) => {
    const { access_token } = await call('POST', '/me/tokens', token, access);
    await call('DELETE', `/me/tokens/${access_token.id}`, undefined, access);
  },
  'account.changed': ({ access }) => call('PATCH', '/me', { name: `${PRINTABLE}!` }, access),
  'account.created': () => register(),
  'account.deleted': ({ access }) => call('DELETE', '/me', undefined, access),
  'account.exported': ({ access }) => call('GET', '/me/export', undefined, access),
  'email.change_requested': ({ access, email }) =>
    call('POST', '/me/email', { email: `new-${email}`, current_password: PASSWORD }, access),
  'email.changed': async (person) => {
    const email = `new-${person.email}`;
    const token = await mailedToken(server, person, 'change_email', { email });
    await call('POST', '/auth/email/verify', { token });
  },
  'email.verified': async (person) => {
    await call('POST', '/auth/email/verify', { token: await mailed(person, 'verify_email') });
  },
  'identity.linked': async (person) => {
    await call('POST', '/auth/email/verify', { token: await mailed(person, 'verify_email') });
    const claims = issuer.claims({ email: person.email, email_verified: true, name: PRINTABLE });
    await call('GET', '/me', undefined, await issuer.sign(claims));
  },
  'login.failed': ({ email }) => login(email, PRINTABLE),
  'login.succeeded': ({ email }) => login(email),
  'login.throttled': async ({ email }) => {
    for (let attempt = 0; attempt < 11; attempt += 1) await login(email, 'incorrect horse');
  },
  'password.changed': ({ access }) =>
    call('PUT', '/me/password', { current_password: PASSWORD, new_password: NEW }, access),
  'password.reset': async (person) => {
    const token = await mailed(person, 'reset_password');
    await call('POST', '/auth/password/reset', { token, password: NEW });
  },
  'password.reset_requested': ({ email }) => call('POST', '/auth/password/forgot', { email }),
  'refresh_token.reused': async ({ refresh }) => {
    const next = await call('POST', '/auth/refresh', { refresh_token: refresh });
    await call('POST', '/auth/refresh', { refresh_token: next.refresh_token });
    await call('POST', '/auth/refresh', { refresh_token: refresh });
  },
  'session.ended': ({ refresh }) => call('POST', '/auth/logout', { refresh_token: refresh }),
};

/** What the details of events may be: ids, addresses of clients, words of ours, numbers. */
const HARMLESS = /^[\w.:/ -]*$/;

describe.each(Object.entries(CAUSES))('SC3 the event %s', (event, cause) => {
  it('is one line, which names the account and repeats nothing', async () => {
    const person = await register();
    const before = server.lines.length;
    await cause(person);
    const lines = server.lines.slice(before).filter(({ audit }) => audit !== undefined);
    const own = lines.filter(({ audit }) => audit === event);
    expect(own.length).toBeGreaterThan(0);
    const [line] = own;
    const isAbout = event === 'login.throttled' ? null : expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(line).toMatchObject({ msg: 'audit', level: 'info', audit: event, user: isAbout });
    if (!['account.created', 'login.throttled'].includes(event)) expect(line?.user).toBe(person.id);
    for (const each of lines) {
      for (const value of Object.values(each).flat()) expect(String(value)).toMatch(HARMLESS);
      expect(JSON.stringify(each)).not.toMatch(new RegExp(`forged|@|${PASSWORD}|${NEW}|${person.refresh}`));
    }
  });
});
