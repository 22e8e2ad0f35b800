/** What an account does to itself is a line of the log, with who and whence, and with nothing that is a secret. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const PASSWORD = 'correct horse battery';
const NEW = 'staple battery correct';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.destroy());

it('SC3 AN5 notes a wrong password, a new one, a new name, tokens, an export and the end, in their order', async () => {
  const authorization = await server.register();
  const call = async (method: string, path: string, body?: object, status = 204): Promise<string> => {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await fetch(`${server.origin}/api/v1${path}`, { method, headers, body: text });
    expect(answer.status).toBe(status);
    return answer.text();
  };
  const { id: user } = JSON.parse(await call('GET', '/me', undefined, 200));
  await call('PUT', '/me/password', { current_password: `${NEW}!`, new_password: NEW }, 422);
  await call('PUT', '/me/password', { current_password: PASSWORD, new_password: NEW });
  await call('PATCH', '/me', { name: 'Ada Lovelace' }, 200);
  await call('PATCH', '/me', { name: 'Ada Lovelace' }, 200);
  const created = await call('POST', '/me/tokens', { name: 'Backup', scopes: ['tasks:read'] }, 201);
  const { token, access_token } = JSON.parse(created);
  await call('DELETE', `/me/tokens/${access_token.id}`);
  await call('DELETE', `/me/tokens/${access_token.id}`, undefined, 404);
  await call('GET', '/me/export', undefined, 200);
  await call('DELETE', '/me');

  const ip = '127.0.0.1';
  const events = server.lines.filter(({ audit }) => audit !== undefined);
  const own = events.map(({ audit, time, level, msg, ...details }) => ({ audit, ...details }));
  expect(own.filter(({ audit }) => !/^(account\.created|session|login\.succ)/.test(String(audit)))).toEqual([
    { audit: 'login.failed', user, ip },
    { audit: 'password.changed', user, ip },
    { audit: 'account.changed', user, fields: ['name'] },
    {
      audit: 'access_token.created',
      ...{ user, token: access_token.id, scopes: ['tasks:read'], expires: null, ip },
    },
    { audit: 'access_token.revoked', user, token: access_token.id, ip },
    { audit: 'account.exported', user, ip },
    { audit: 'account.deleted', user, ip },
  ]);
  const log = JSON.stringify(server.lines);
  for (const secret of [PASSWORD, NEW, token, token.slice(3, 46), 'Ada Lovelace']) {
    expect(log).not.toContain(secret);
  }
});
