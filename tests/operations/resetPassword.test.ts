import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailedToken, queuedMails } from '../setup/mailed-tokens.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PASSWORD = 'staple battery correct';
const reset = (token: string, password = PASSWORD) =>
  app.anonymous.post('/api/v1/auth/password/reset').send({ token, password });
const login = ({ email }: TestUser, password: string) =>
  app.anonymous.post('/api/v1/auth/login').send({ email, password });

describe('POST /api/v1/auth/password/reset', () => {
  it('answers 422 to what is no body of it, naming every field', async () => {
    const response = await reset('', 'short').expect(422);
    const pointers = response.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(new Set(pointers)).toEqual(new Set(['/token', '/password']));
  });

  it.each(['password', 'Taskpact123', 'é'.repeat(37)])(
    'AN4 answers 422 to the password %s, and the token stays good',
    async (password) => {
      const user = await app.register();
      const token = await mailedToken(app, user, 'reset_password');
      const { body } = await reset(token, password).expect(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer: '/password' })]);
      await reset(token).expect(204);
    },
  );

  it('answers 422 to a token that is unknown, used, expired or for something else, and changes nothing', async () => {
    const user = await app.register();
    const used = await mailedToken(app, user, 'reset_password');
    await reset(used).expect(204);
    const cases = [
      ['nonsense', 'invalid'],
      [used, 'invalid'],
      [await mailedToken(app, user, 'verify_email'), 'invalid'],
      [await mailedToken(app, user, 'change_email', { email: `x-${user.email}` }), 'invalid'],
      [await mailedToken(app, user, 'reset_password', { life: -1 }), 'expired'],
    ] as const;
    for (const [token, code] of cases) {
      const { body } = await reset(token, 'another good password').expect(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer: '/token', code })]);
    }
    await login(user, PASSWORD).expect(200);
  });

  it('answers 204 and sets the password, ends all sessions, proves the address and tells of it', async () => {
    const user = await app.register();
    const { body: other } = await login(user, user.password).expect(200);
    await reset(await mailedToken(app, user, 'reset_password')).expect(204);
    for (const { access_token, refresh_token } of [user.tokens, other]) {
      await app
        .as({ authorization: `Bearer ${access_token}` })
        .get('/api/v1/me')
        .expect(401);
      await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token }).expect(401);
    }
    await login(user, user.password).expect(401);
    const { body } = await login(user, PASSWORD).expect(200);
    expect(body.user.email_verified).toBe(true);
    expect(await queuedMails(app, user)).toEqual(['verification', 'passwordChanged']);
  });

  it('gives a password to an account that has none', async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ password_hash: null });
    await reset(await mailedToken(app, user, 'reset_password')).expect(204);
    await login(user, PASSWORD).expect(200);
  });

  it('voids every other link, such as that to a new address which somebody else has asked for', async () => {
    const user = await app.register();
    const change = await mailedToken(app, user, 'change_email', { email: `thief-${user.email}` });
    await reset(await mailedToken(app, user, 'reset_password')).expect(204);
    await app.anonymous.post('/api/v1/auth/email/verify').send({ token: change }).expect(422);
  });
});
