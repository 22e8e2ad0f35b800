/** The guide's programs (docs/better-auth.md), as they stand there, with a real Better Auth and a real Taskpact. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

type Route = typeof import('../../docs/examples/better-auth/app/api/auth/[...all]/route');

const PASSWORD = 'correct horse battery';
const SECRET = 'Jq3!vT8#nL5@xR2$wB7%yF4^dK9&hM6*';

const mails = vi.hoisted(() => [] as { readonly to: string; readonly text: string }[]);
vi.mock('../../docs/examples/better-auth/lib/mail', () => ({
  sendMail: async (to: string, _subject: string, text: string) => void mails.push({ to, text }),
}));

const folder = mkdtempSync(join(tmpdir(), 'taskpact-better-auth-'));
const { fetch } = globalThis;
const provider = createServer();
let issuer: string;
let environment: Readonly<Record<string, string>>;
let app: TestApp;
/** The provider's own database. */
let accounts: DatabaseSync;
let onServer: typeof import('../../docs/examples/better-auth/lib/taskpact-server');
let inBrowser: typeof import('../../docs/examples/better-auth/lib/taskpact-browser');

const listen = (port = 0): Promise<void> =>
  new Promise((resolve) => provider.listen(port, '127.0.0.1', resolve));
const origin = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A `fetch` that keeps cookies and says where it comes from, as that of a browser does. */
function browserFetch() {
  const jar = new Map<string, string>();
  const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, { ...init, redirect: 'manual' });
    if (request.url.startsWith(issuer)) {
      request.headers.set('Cookie', cookie());
      request.headers.set('Origin', issuer);
    }
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return response;
  };
  return { send, cookie };
}
const ada = browserFetch();

/** Follows the link in the mail. */
async function proveAddress(to: string, { send } = ada): Promise<void> {
  const mail = mails.find((candidate) => candidate.to === to);
  expect((await send(mail?.text ?? '')).status).toBe(302);
}
const bearer = (token: string) => app.as({ authorization: `Bearer ${token}` });
async function newToken(): Promise<string> {
  const { data } = await inBrowser.authClient.token();
  if (data === null) throw new Error('Nobody is logged in');
  return data.token;
}

beforeAll(async () => {
  await listen();
  issuer = origin(provider);
  environment = {
    AUTH_JWKS_URL: `${issuer}/api/auth/jwks`,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: 'taskpact',
  };
  app = await createTestApp(environment);
  const settings = {
    BETTER_AUTH_URL: issuer,
    BETTER_AUTH_SECRET: SECRET,
    AUTH_DATABASE: join(folder, 'auth.db'),
    TASKPACT_URL: origin(app.server),
    NEXT_PUBLIC_TASKPACT_URL: origin(app.server),
    NEXT_PUBLIC_AUTH_URL: issuer,
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.stubGlobal('fetch', ada.send);
  const { auth } = await import('../../docs/examples/better-auth/lib/auth');
  await (await getMigrations(auth.options)).runMigrations();
  accounts = new DatabaseSync(settings.AUTH_DATABASE);
  const route: Route = await import('../../docs/examples/better-auth/app/api/auth/[...all]/route');
  provider.on(
    'request',
    toNodeHandler((request) => route[request.method as keyof Route](request)),
  );
  onServer = await import('../../docs/examples/better-auth/lib/taskpact-server');
  inBrowser = await import('../../docs/examples/better-auth/lib/taskpact-browser');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  accounts.close();
  provider.closeAllConnections();
  provider.close();
  await app.close();
  rmSync(folder, { recursive: true });
});

/** The tests build on one another: one user signs up, works, and leaves. */
describe('a front end with Better Auth', () => {
  it('lets in whoever has proved the address there', async () => {
    const { authClient, taskpact } = inBrowser;
    const account = { email: 'ada@example.com', password: PASSWORD, name: 'Ada Lovelace' };
    expect((await authClient.signUp.email(account)).error).toBeNull();
    await expect(taskpact.me.get()).rejects.toMatchObject({ code: 'unauthenticated' });
    await proveAddress('ada@example.com');
    expect(await taskpact.me.get()).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      email_verified: true,
      role: 'user',
    });
  });

  it('gives tokens as the guide says: EdDSA, for Taskpact, for five minutes', async () => {
    const token = await newToken();
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: expect.any(String) });
    const { iat = 0, exp = 0, auth_time, ...claims } = decodeJwt(token);
    expect(exp - iat).toBe(300);
    expect(Math.abs(Number(auth_time) - iat)).toBeLessThan(60);
    expect(claims).toEqual({
      iss: issuer,
      aud: 'taskpact',
      sub: expect.any(String),
      email: 'ada@example.com',
      email_verified: true,
      name: 'Ada Lovelace',
    });
  });

  it('works with tasks in the browser, and reads them on the server', async () => {
    const task = await inBrowser.taskpact.tasks.create({ title: 'Buy milk' });
    const { items } = await onServer.taskpactFor(new Headers({ Cookie: ada.cookie() })).tasks.list();
    expect(items).toEqual([task]);
    await expect(onServer.taskpactFor(new Headers()).tasks.list()).rejects.toThrow();
  });

  it('keeps users apart', async () => {
    const grace = browserFetch();
    const body = JSON.stringify({ email: 'grace@example.com', password: PASSWORD, name: 'Grace' });
    const headers = { 'Content-Type': 'application/json' };
    await grace.send(`${issuer}/api/auth/sign-up/email`, { method: 'POST', headers, body });
    await proveAddress('grace@example.com', grace);
    const hers = onServer.taskpactFor(new Headers({ Cookie: grace.cookie() }));
    expect(await hers.me.get()).toMatchObject({ email: 'grace@example.com' });
    const [task] = (await inBrowser.taskpact.tasks.list()).items;
    await expect(hers.tasks.get(String(task?.id))).rejects.toMatchObject({ status: 404 });
    expect((await hers.tasks.list()).total).toBe(0);
  });

  it('may change its key', async () => {
    const before = await newToken();
    accounts.prepare('update jwks set expiresAt = ?').run(new Date(Date.now() - 1000).toISOString());
    const after = await newToken();
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    app.advance(10_000);
    for (const token of [after, before]) await bearer(token).get('/api/v1/me').expect(200);
  });

  it('may be down: who has a token goes on', async () => {
    const token = await newToken();
    const { port } = provider.address() as AddressInfo;
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
    await bearer(token).get('/api/v1/me').expect(200);
    const fresh = await createTestApp(environment);
    const { headers } = await fresh
      .as({ authorization: `Bearer ${token}` })
      .get('/api/v1/me')
      .expect(503);
    expect(headers['retry-after']).toBe('10');
    await fresh.close();
    await listen(port);
  });

  it('asks for a new token when the old one has expired', async () => {
    await inBrowser.taskpact.me.get();
    const used = await newToken();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 320_000 });
    await bearer(used).get('/api/v1/me').expect(401);
    await inBrowser.taskpact.me.get();
    vi.useRealTimers();
  });

  it('can not undo anything with a login that is old', async () => {
    const login = new Date(Date.now() - 3_600_000).toISOString();
    accounts.prepare('update session set createdAt = ?').run(login);
    const { body } = await bearer(await newToken())
      .delete('/api/v1/me')
      .expect(403);
    expect(body.code).toBe('reauthentication_required');
  });

  it('gets no tokens any more after the logout; one that it has is good until it expires', async () => {
    const token = await newToken();
    await inBrowser.signOut();
    await expect(inBrowser.taskpact.me.get()).rejects.toMatchObject({ code: 'unauthenticated' });
    await bearer(token).get('/api/v1/me').expect(200);
  });

  it('ends both accounts', async () => {
    const { authClient, taskpact, deleteAccount } = inBrowser;
    const login = () => authClient.signIn.email({ email: 'ada@example.com', password: PASSWORD });
    expect((await login()).error).toBeNull();
    const { id } = await taskpact.me.get();
    expect(await app.database('external_identities').where({ user_id: id })).toHaveLength(1);
    await deleteAccount();
    expect(await app.database('users').where({ id })).toEqual([]);
    expect(await app.database('external_identities').where({ user_id: id })).toEqual([]);
    expect((await login()).error).toMatchObject({ status: 401 });
  });
});

it('the guide shows every program as it is', () => {
  const docs = join(import.meta.dirname, '../../docs');
  const guide = readFileSync(join(docs, 'better-auth.md'), 'utf8');
  const shown = [...guide.matchAll(/<!-- (\S+) -->\n```tsx?\n([\s\S]*?)```/g)];
  for (const [, file = '', code] of shown) expect(code).toBe(readFileSync(join(docs, file), 'utf8'));
  // What is not Better Auth's or Taskpact's business is left out.
  const left = ['lib/mail.ts', 'next.d.ts'].map((file) => `examples/better-auth/${file}`);
  const programs = readdirSync(docs, { recursive: true }).map((file) => String(file).replaceAll(sep, '/'));
  expect([...shown.map(([, file]) => file), ...left].sort()).toEqual(
    programs.filter((file) => /\.tsx?$/.test(file)).sort(),
  );
});

it('Better Auth names itself as issuer and audience unless it is told otherwise', async () => {
  const baseURL = 'https://app.example.com';
  const database = memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] });
  const emailAndPassword = { enabled: true };
  const auth = betterAuth({ baseURL, secret: SECRET, database, emailAndPassword, plugins: [jwt()] });
  const body = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
  const cookie = headers.getSetCookie().map((line) => line.split(';')[0]);
  const { token } = await auth.api.getToken({ headers: new Headers({ Cookie: cookie.join('; ') }) });
  const { iss, aud, iat = 0, exp, emailVerified } = decodeJwt(token);
  expect({ iss, aud, exp, emailVerified }).toEqual({
    iss: baseURL,
    aud: baseURL,
    exp: iat + 900,
    emailVerified: false,
  });
});
