/** SC3: what is written down of logins and sessions, and what never is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ environment: { REFRESH_TOKEN_TTL: '1d' } });
});
afterAll(() => server.destroy());

const PASSWORD = 'correct horse battery';
let email: string;
let count = 0;
let begin = 0;
beforeEach(() => {
  count += 1;
  email = `audit-${process.pid}-${count}@example.com`;
  begin = server.lines.length;
});

/** The events of this test. */
const events = () =>
  server.lines.slice(begin).flatMap(({ audit, ...line }) => {
    const { level: _level, time: _time, msg: _msg, ...details } = line;
    return audit === undefined ? [] : [{ audit, ...details }];
  });

type Tokens = Schemas['TokenSet'] & { readonly refresh_token: string };
const call = async (path: string, body: object, method = 'POST', token = ''): Promise<Tokens> => {
  const answer = await fetch(`${server.origin}/api/v1/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: method === 'POST' ? JSON.stringify(body) : null,
  });
  const text = await answer.text();
  return JSON.parse(text === '' ? '{}' : text);
};
const claimsOf = ({ access_token }: Tokens): { sub: string; sid: string } =>
  JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());

describe('SC3 the audit log', () => {
  it('has a new account and every login, with who, which session and from where', async () => {
    const registered = claimsOf(await call('auth/register', { email, password: PASSWORD }));
    const loggedIn = claimsOf(await call('auth/login', { email, password: PASSWORD }));
    const ip = '127.0.0.1';
    expect(events()).toEqual([
      { audit: 'account.created', user: registered.sub, session: registered.sid, ip },
      { audit: 'login.succeeded', user: loggedIn.sub, session: loggedIn.sid, ip },
    ]);
  });

  it('has every login that failed, with the account if there is one, and never what was typed', async () => {
    const { sub } = claimsOf(await call('auth/register', { email, password: PASSWORD }));
    begin = server.lines.length;
    await call('auth/login', { email, password: 'canary-wrong-71aa' });
    await call('auth/login', { email: `nobody-${email}`, password: 'canary-wrong-71aa' });
    await server.behind('users').where({ id: sub }).update({ disabled_at: new Date() });
    await call('auth/login', { email, password: PASSWORD });
    const ip = '127.0.0.1';
    expect(events()).toEqual([
      { audit: 'login.failed', user: sub, ip },
      { audit: 'login.failed', user: null, ip },
      { audit: 'login.failed', user: sub, ip, reason: 'disabled' },
    ]);
    const log = JSON.stringify(server.lines);
    for (const secret of ['canary', email, `nobody-${email}`, PASSWORD]) expect(log).not.toContain(secret);
  });

  it('has the end of every session and why, once', async () => {
    const [first, second, third, fourth] = [
      await call('auth/register', { email, password: PASSWORD }),
      await call('auth/login', { email, password: PASSWORD }),
      await call('auth/login', { email, password: PASSWORD }),
      await call('auth/login', { email, password: PASSWORD }),
    ];
    const ids = [first, second, third, fourth].map((tokens) => claimsOf(tokens).sid);
    begin = server.lines.length;
    await call('auth/logout', { refresh_token: second.refresh_token });
    await call('auth/logout', { refresh_token: second.refresh_token });
    await call('auth/logout', { refresh_token: 'unknown' });
    await call(`me/sessions/${ids[2]}`, {}, 'DELETE', first.access_token);
    await call('me/sessions', {}, 'DELETE', first.access_token);
    await call('me/sessions', {}, 'DELETE', first.access_token);
    const common = { audit: 'session.ended', user: first.user.id, ip: '127.0.0.1' };
    expect(events()).toEqual([
      { ...common, sessions: [ids[1]], reason: 'logout' },
      { ...common, sessions: [ids[2]], reason: 'revoked by the user' },
      { ...common, sessions: [ids[3]], reason: 'revoked by the user' },
    ]);
  });

  it('TK5 has the reuse of a refresh token', async () => {
    const tokens = await call('auth/register', { email, password: PASSWORD });
    const next = await call('auth/refresh', { refresh_token: tokens.refresh_token });
    await call('auth/refresh', { refresh_token: next.refresh_token });
    begin = server.lines.length;
    // Five at once are one event, a later one finds the session ended.
    const reuse = () => call('auth/refresh', { refresh_token: tokens.refresh_token });
    await Promise.all(Array.from({ length: 5 }, reuse));
    await reuse();
    const { sub: user, sid: session } = claimsOf(tokens);
    const ip = '127.0.0.1';
    expect(events()).toEqual([
      { audit: 'refresh_token.reused', user, session, ip },
      { audit: 'session.ended', user, sessions: [session], reason: 'refresh token reused', ip },
    ]);
  });
});
