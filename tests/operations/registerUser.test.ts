import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queuedMails } from '../setup/mailed-tokens.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/auth/register';
const PASSWORD = 'correct horse battery';
let made = 0;
const newEmail = (): string => `Register-${++made}@Example.com`;
const register = (fields: object) =>
  app.anonymous.post(PATH).send({ email: newEmail(), password: PASSWORD, ...fields });

function daysBetween({ created_at, expires_at }: Record<string, string>): number {
  return (Date.parse(String(expires_at)) - Date.parse(String(created_at))) / 86_400_000;
}

async function countUsers(): Promise<number> {
  const row = await app.database('users').count({ count: '*' }).first();
  return Number(row?.count);
}

describe('POST /api/v1/auth/register', () => {
  it('needs no token and is not bothered by a bad one', async () => {
    const response = await register({}).set('Authorization', 'Bearer garbage');
    expect(response.status).toBe(201);
  });

  it('answers 422 and names every field that is wrong at once', async () => {
    const response = await register({
      email: 'ada',
      password: 'short',
      name: '',
      timezone: 'Mars/Phobos',
    }).expect(422);
    expect(response.body.detail).toBe('4 fields are not valid.');
    expect(response.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/email', code: 'format' }),
        expect.objectContaining({ pointer: '/password', code: 'too_short' }),
        expect.objectContaining({ pointer: '/name', code: 'too_short' }),
        expect.objectContaining({ pointer: '/timezone', code: 'format' }),
      ]),
    );
    expect(response.text).not.toContain('Phobos');
  });

  it.each(['password', 'Password1', '12345678', 'QWERTYUIOP', 'taskpact123', 'iloveyou'])(
    'AN4 answers 422 to the common password %s',
    async (password) => {
      const response = await register({ password }).expect(422);
      expect(response.body.errors).toEqual([
        expect.objectContaining({ pointer: '/password', code: 'common_password' }),
      ]);
    },
  );

  it('AN1 AN2 counts the length of a password in bytes of UTF-8', async () => {
    for (const password of ['a'.repeat(72), '\u00e9'.repeat(36), '\u{1f600}'.repeat(18)]) {
      await register({ password }).expect(201);
    }
    for (const password of ['\u00e9'.repeat(37), '\u{1f600}'.repeat(19), `${'a'.repeat(71)}\u00e9`]) {
      const response = await register({ password }).expect(422);
      expect(response.body.errors).toEqual([
        expect.objectContaining({ pointer: '/password', code: 'format' }),
      ]);
    }
    const response = await register({ password: 'a'.repeat(73) }).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ code: 'too_long' }));
  });

  it.each(['Mars/Phobos', '+01:00', 'UTC+1', '', 'Europe/Berlin ', '../UTC'])(
    'answers 422 to the time zone %j',
    async (timezone) => {
      const response = await register({ timezone }).expect(422);
      expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer: '/timezone' }));
    },
  );

  it.each([
    'ada',
    'ada@',
    'ada@localhost',
    '@example.com',
    'a@b@c.d',
    'ada@exa mple.com',
    'Ada <ada@example.com>',
    'ada@example.com\n',
  ])('answers 422 to the address %j', async (email) => {
    const response = await register({ email }).expect(422);
    expect(response.body.errors).toEqual([expect.objectContaining({ pointer: '/email', code: 'format' })]);
  });

  it('answers 422 to a field that only the server sets', async () => {
    const fields = {
      role: 'admin',
      email_verified: true,
      id: '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a',
      version: 9,
    };
    const response = await register(fields).expect(422);
    const unknown = response.body.errors.map(
      ({ pointer, code }: Record<string, string>) => `${pointer} ${code}`,
    );
    expect(new Set(unknown)).toEqual(new Set(Object.keys(fields).map((name) => `/${name} unknown`)));
  });

  it('answers 409 to an address that is taken, whatever its case, and stores nothing', async () => {
    const email = newEmail();
    await register({ email }).expect(201);
    const before = await countUsers();
    for (const twin of [email, email.toUpperCase(), email.toLowerCase()]) {
      const response = await register({ email: twin }).expect(409);
      expect(response.body.code).toBe('email_taken');
    }
    expect(await countUsers()).toBe(before);
  });

  it('IN13 lets exactly one of ten simultaneous registrations have an address', async () => {
    const email = newEmail();
    const before = await countUsers();
    const answers = await Promise.all(Array.from({ length: 10 }, () => register({ email })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
    expect(await countUsers()).toBe(before + 1);
  });

  it('answers 201 with tokens that work and an account with the defaults of the contract', async () => {
    const email = newEmail();
    const response = await register({ email }).set('User-Agent', 'the tests').expect(201);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'profile:read profile:write tasks:read tasks:write account:manage',
      user: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        email,
        name: null,
        role: 'user',
        email_verified: false,
        timezone: 'UTC',
        created_at: expect.any(String),
        updated_at: response.body.user.created_at,
        disabled_at: null,
      },
    });
    const me = await app
      .as({ authorization: `Bearer ${response.body.access_token}` })
      .get('/api/v1/me')
      .expect(200);
    expect(me.body).toEqual(response.body.user);
    await app.anonymous.post('/api/v1/auth/login').send({ email, password: PASSWORD }).expect(200);
  });

  it('stores the account, its address, its counter and its session', async () => {
    const fields = { email: newEmail(), name: 'Ada Lovelace', timezone: 'Europe/London' };
    const { body } = await register(fields).set('User-Agent', 'x'.repeat(400)).expect(201);
    const user_id = body.user.id;
    expect(await app.database('users').where({ id: user_id }).first()).toMatchObject({
      ...fields,
      role: 'user',
      version: 1,
      password_hash: expect.stringMatching(/^\$2b\$04\$/),
      disabled_at: null,
    });
    const address = await app.database('user_emails').where({ user_id });
    expect(address).toEqual([{ email_norm: fields.email.toLowerCase(), user_id }]);
    expect(await app.database('user_counters').where({ user_id })).toEqual([{ user_id, seq: '0' }]);
    const session = await app.database('sessions').where({ user_id }).first();
    expect(session).toMatchObject({ scope: body.scope, user_agent: 'x'.repeat(300), revoked_at: null });
    expect(session?.ip).toContain('127.0.0.1');
    expect(daysBetween(session)).toBeCloseTo(90, 3);
    const token = await app.database('refresh_tokens').where({ user_id }).first();
    expect(token).toMatchObject({ session_id: session?.id, used_at: null });
    expect(token?.token_hash).toHaveLength(32);
    expect(daysBetween(token)).toBeCloseTo(30, 3);
  });

  it('enqueues the mail that proves the address, and none when the address is taken', async () => {
    const { body } = await register({}).expect(201);
    await register({ email: body.user.email }).expect(409);
    expect(await queuedMails(app, body.user)).toEqual(['verification']);
  });

  it('AN1 AN3 takes any characters in a password, and tells every two apart', async () => {
    const passwords = fc.sample(fc.string({ unit: 'binary', minLength: 8, maxLength: 18 }), {
      numRuns: 40,
      seed: 7,
    });
    const usable = passwords.filter((text) => !text.includes('\u0000')).slice(0, 10);
    for (const password of [...usable, 'cafe\u0301 cafe\u0301']) {
      const { body } = await register({ password }).expect(201);
      const login = (text: string) =>
        app.anonymous.post('/api/v1/auth/login').send({ email: body.user.email, password: text });
      await login(password).expect(200);
      await login(`${[...password].slice(0, -1).join('')}\u00e7`).expect(401);
    }
    const { body } = await register({ password: 'cafe\u0301 cafe\u0301' }).expect(201);
    const composed = { email: body.user.email, password: 'caf\u00e9 caf\u00e9' };
    await app.anonymous.post('/api/v1/auth/login').send(composed).expect(401);
  });
});
