import bcrypt from 'bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/auth/login';
const login = (body: object) => app.anonymous.post(PATH).send(body);
const form = (body: object) => app.anonymous.post(PATH).type('form').send(body);

describe('POST /api/v1/auth/login', () => {
  it('AN6 answers 401 alike to an unknown address, a wrong password, a disabled account and one without a password', async () => {
    const [known, disabled, external] = await Promise.all([app.register(), app.register(), app.register()]);
    await app.database('users').where({ id: disabled.id }).update({ disabled_at: new Date().toISOString() });
    await app.database('users').where({ id: external.id }).update({ password_hash: null });
    const answers = [
      await login({ email: 'nobody@example.com', password: known.password }),
      await login({ email: known.email, password: 'incorrect horse' }),
      await login({ email: disabled.email, password: disabled.password }),
      await login({ email: external.email, password: external.password }),
      await form({ grant_type: 'password', username: 'not an address', password: known.password }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('invalid_credentials');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="taskpact"');
    }
    expect(new Set(answers.map(comparable)).size).toBe(1);
    const headers = answers.map(({ headers: { date, 'x-request-id': id, ...stable } }) =>
      JSON.stringify(stable),
    );
    expect(new Set(headers).size).toBe(1);
  });

  it('AN10 answers 401 to an account whose stored hash is damaged', async () => {
    const user = await app.register();
    const [row] = await app.database('users').where({ id: user.id }).select('password_hash');
    for (const password_hash of ['', 'plain', `${row.password_hash}x`, row.password_hash.slice(0, -1)]) {
      await app.database('users').where({ id: user.id }).update({ password_hash });
      await login(user).expect(422);
      await login({ email: user.email, password: user.password }).expect(401);
    }
  });

  it('answers 422 to credentials without an address or password', async () => {
    const { body } = await login({ email: 'ada', scope: 'TASKS' }).expect(422);
    const faults = body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`);
    expect(faults).toEqual(expect.arrayContaining(['/email format', '/password required', '/scope pattern']));
  });

  it('answers 422 to a password that is longer than any can be', async () => {
    const user = await app.register();
    for (const password of ['a'.repeat(73), '\u00e9'.repeat(37)]) {
      const { body } = await login({ email: user.email, password }).expect(422);
      expect(body.errors[0].pointer).toBe('/password');
    }
  });

  it('answers 422 to scopes that there are none of', async () => {
    const { email, password } = await app.register();
    const { body } = await login({ email, password, scope: 'admin:all' }).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/scope', code: 'not_allowed' })]);
  });

  it.each([
    { what: 'no grant type', fields: {} },
    { what: 'another grant type', fields: { grant_type: 'client_credentials' } },
    { what: 'the fields of JSON', fields: { grant_type: 'password', email: 'ada@example.com' } },
    { what: 'an unknown field', fields: { grant_type: 'password', otp: '123456' } },
    { what: 'a repeated field', fields: { grant_type: ['password', 'password'] } },
  ])('answers 422 to a form with $what', async ({ fields }) => {
    const { email, password } = await app.register();
    await form({ username: email, password, ...fields }).expect(422);
  });

  it('answers 422 to the fields of a form in JSON', async () => {
    const { email, password } = await app.register();
    await login({ grant_type: 'password', username: email, password }).expect(422);
  });

  it('opens a session for JSON credentials, whatever the case of the address', async () => {
    const user = await app.register({ email: 'Grace.Hopper@Example.com' });
    const response = await login({ email: 'grace.hopper@example.COM', password: user.password }).expect(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: user.tokens.user });
    expect(response.body.scope).toBe('profile:read profile:write tasks:read tasks:write account:manage');
    expect(response.body.refresh_token).not.toBe(user.tokens.refresh_token);
    await app
      .as({ authorization: `Bearer ${response.body.access_token}` })
      .get('/api/v1/me')
      .expect(200);
    const sessions = await app.database('sessions').where({ user_id: user.id });
    expect(sessions).toHaveLength(2);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('opens a session for the form of the OAuth 2.0 password grant', async () => {
    const user = await app.register({ password: 'p&ss w\u00f6rd+100%' });
    const fields = { grant_type: 'password', username: user.email, password: user.password };
    const plain = await form(fields).expect(200);
    expect(plain.body.user).toEqual(user.tokens.user);
    const client = { client_id: 'docs', client_secret: '', scope: 'tasks:read profile:read' };
    const limited = await form({ ...fields, ...client }).expect(200);
    expect(limited.body.scope).toBe('profile:read tasks:read');
  });

  it.each([
    { scope: 'tasks:read', granted: 'tasks:read' },
    { scope: 'tasks:write tasks:read tasks:read', granted: 'tasks:read tasks:write' },
    { scope: 'tasks:read admin:all', granted: 'tasks:read' },
    { scope: '', granted: 'profile:read profile:write tasks:read tasks:write account:manage' },
  ])('grants $granted for the scope "$scope"', async ({ scope, granted }) => {
    const { id, email, password } = await app.register();
    const { body } = await login({ email, password, scope }).expect(200);
    expect(body.scope).toBe(granted);
    const session = await app
      .database('sessions')
      .where({ user_id: id })
      .orderBy('created_at', 'desc')
      .first();
    expect(session?.scope).toBe(granted);
    const allowed = granted.includes('profile:read') ? 200 : 403;
    await app
      .as({ authorization: `Bearer ${body.access_token}` })
      .get('/api/v1/me')
      .expect(allowed);
  });

  it('AN10 makes the hash anew when it has another cost than today, and only then', async () => {
    const { id, email, password } = await app.register();
    const stored = async (): Promise<string> =>
      (await app.database('users').where({ id }).first())?.password_hash;
    const fresh = await stored();
    await login({ email, password }).expect(200);
    expect(await stored()).toBe(fresh);
    await app
      .database('users')
      .where({ id })
      .update({ password_hash: await bcrypt.hash(password, 5) });
    await login({ email, password: 'incorrect horse' }).expect(401);
    expect(await stored()).toMatch(/^\$2b\$05\$/);
    await login({ email, password }).expect(200);
    expect(await stored()).toMatch(/^\$2b\$04\$/);
    await login({ email, password }).expect(200);
  });
});
