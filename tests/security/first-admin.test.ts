/** AN11: there is no default account, and the way to the first admin is open once. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserRow } from '../../src/db/tables.ts';
import { POOLED, startServiceProcess } from '../setup/service-process.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { createTestDatabase } from '../setup/test-database.ts';

const ADA = 'ada@example.com';
const INVITED = 'the first admin was sent an invitation';
const SCRIPT = new URL('../../scripts/create-admin.ts', import.meta.url).pathname;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database('user_emails').delete();
  await app.database('users').delete();
});

const accounts = (): Promise<UserRow[]> => app.database<UserRow>('users').orderBy('created_at').select('*');
const login = (email: string, password: string) =>
  app.anonymous.post('/api/v1/auth/login').send({ email, password });
const environment = () => ({
  DATABASE_URL: app.config.database.url ?? '',
  JWT_SECRET: app.config.jwtSecret,
  BCRYPT_COST: '4',
});

/** `npm run admin:create -- <arguments>`, to its end. */
function create(args: readonly string[], input = '') {
  const env = { PATH: process.env.PATH, ...POOLED, ...environment() };
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    env,
    input,
    cwd: '/',
    encoding: 'utf8',
  });
  const password = /shown only here: (\S+)/.exec(stdout)?.[1];
  return { status, stdout, stderr, password };
}

/** Starts the server with ADMIN_EMAIL until it is ready, and stops it. @returns what it logged */
async function startWith(ADMIN_EMAIL: string, more: Record<string, string> = {}): Promise<string[]> {
  const service = startServiceProcess({ ...environment(), ADMIN_EMAIL, ...more });
  try {
    await service.ready();
    service.signal('SIGTERM');
    await service.ended();
    return service.lines.map(({ msg }) => msg);
  } finally {
    await service.destroy();
  }
}

describe('AN11 a fresh database', () => {
  it('has no account that anybody could log in to', async () => {
    for (const table of ['users', 'user_emails', 'sessions', 'personal_tokens']) {
      expect([table, await app.database(table)]).toEqual([table, []]);
    }
    for (const name of ['admin', 'root', 'taskpact', 'postgres', 'user', 'test']) {
      for (const password of [name, 'password', 'administrator', 'changeme', 'taskpact1']) {
        expect([401, 422]).toContain((await login(`${name}@example.com`, password)).status);
      }
    }
  });

  it('makes nobody an admin by registering', async () => {
    expect((await app.register()).tokens.user.role).toBe('user');
  });
});

describe('AN11 npm run admin:create', () => {
  it('makes the first admin with a password that it shows once, and no second one', async () => {
    const made = create(['--email', 'Ada@Example.com', '--name', 'Ada Lovelace']);
    expect([made.status, made.stderr]).toEqual([0, '']);
    const { body } = await login(ADA, String(made.password)).expect(200);
    expect(body.user).toMatchObject({ email: 'Ada@Example.com', name: 'Ada Lovelace', role: 'admin' });
    expect(JSON.stringify(await accounts())).not.toContain(made.password);

    const second = create(['--email', 'eve@example.com']);
    expect([second.status, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toContain('there is an admin already');
    expect(await accounts()).toHaveLength(1);
    expect(create(['--email', 'eve@example.com', '--force']).status).toBe(0);
    expect((await accounts()).map(({ role }) => role)).toEqual(['admin', 'admin']);
  });

  it('reads a password, and shows none then', async () => {
    const made = create(['--email', ADA, '--password-stdin'], 'staple battery correct\nmore\n');
    expect([made.status, made.password]).toEqual([0, undefined]);
    expect(made.stdout).not.toContain('staple');
    await login(ADA, 'staple battery correct').expect(200);
  });

  it.each([
    { what: 'no address', args: [], says: '--email' },
    { what: 'what is none', args: ['--email', 'ada'], says: '--email' },
    { what: 'an unknown option', args: ['--email', ADA, '--password', 'x'], says: '--password' },
    { what: 'a short password', args: ['--email', ADA, '--password-stdin'], input: 'short', says: '8 char' },
    {
      what: 'a common password',
      args: ['--email', ADA, '--password-stdin'],
      input: 'password123',
      says: 'widely',
    },
    { what: 'an empty name', args: ['--email', ADA, '--name', ' '], says: '--name' },
  ])('refuses $what, and makes nothing', async ({ args, input, says }) => {
    const { status, stderr } = create(args, input);
    expect(status).toBe(1);
    expect(stderr).toContain(says);
    expect(await accounts()).toEqual([]);
  });

  it('makes an account that is there an admin only when told to, ends its sessions and keeps its password', async () => {
    const user = await app.register();
    const refused = create(['--email', user.email.toUpperCase()]);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--promote')]);
    expect((await accounts()).map(({ role }) => role)).toEqual(['user']);
    await app.database('users').update({ disabled_at: new Date().toISOString() });
    const promoted = create(['--email', user.email, '--promote']);
    expect([promoted.status, promoted.password]).toEqual([0, undefined]);
    app.advance(10_000);
    await app.as(user).get('/api/v1/me').expect(401);
    const { body } = await login(user.email, user.password).expect(200);
    expect(body.user.role).toBe('admin');
    expect((await accounts())[0]?.version).toBe(2);
  });
});

describe('AN11 ADMIN_EMAIL', () => {
  it('invites the first admin, whom nobody can log in as before the mail is followed, and only once', async () => {
    expect(await startWith(ADA)).toContain(INVITED);
    const [account] = await accounts();
    expect(account).toMatchObject({ email: ADA, role: 'admin', password_hash: null, email_verified: false });
    await login(ADA, 'correct horse battery').expect(401);
    const again = await startWith('eve@example.com');
    expect(again).not.toContain(INVITED);
    expect(await accounts()).toEqual([account]);
    // Registering the address comes too late.
    const body = { email: ADA, password: 'correct horse battery' };
    await app.anonymous.post('/api/v1/auth/register').send(body).expect(409);
  });

  it('gives nothing to whoever has registered the address before', async () => {
    const user = await app.register({ email: ADA });
    await app.database('users').update({ email_verified: true });
    const lines = await startWith(ADA);
    expect(lines).not.toContain(INVITED);
    expect(lines).toContainEqual(expect.stringContaining('ADMIN_EMAIL is the address of an account'));
    expect((await accounts()).map(({ role }) => role)).toEqual(['user']);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('does not keep a server from starting whose database is not migrated yet', async () => {
    const empty = await createTestDatabase({ empty: true });
    const service = startServiceProcess({ ...environment(), DATABASE_URL: empty.url, ADMIN_EMAIL: ADA });
    try {
      await service.ready();
      await service.logged('the first admin could not be invited; the next start tries again');
    } finally {
      await service.destroy();
      await empty.drop();
    }
  });

  it('invites one when several servers start at once', async () => {
    await Promise.all([startWith(ADA), startWith('grace@example.com')]);
    expect(await accounts()).toHaveLength(1);
  });
});
