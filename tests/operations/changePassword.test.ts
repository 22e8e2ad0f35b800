import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/password';
const NEW = 'staple battery correct';
const change = (user: TestUser, body: object = {}) =>
  app
    .as(user)
    .put(PATH)
    .send({ current_password: user.password, new_password: NEW, ...body });
const login = (user: TestUser, password = user.password) =>
  app.anonymous.post('/api/v1/auth/login').send({ email: user.email, password });
const refresh = ({ tokens }: TestUser) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: tokens.refresh_token });
const hashOf = async ({ id }: TestUser) => (await app.database('users').where({ id }).first()).password_hash;

describe('PUT /api/v1/me/password', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    const body = { current_password: 'correct horse battery', new_password: NEW };
    await app.anonymous.put(PATH).send(body).expect(401);
    const writer = await limitedTo(app, await app.register(), 'profile:write');
    expect((await change(writer).expect(403)).body.code).toBe('insufficient_scope');
    await login(writer).expect(200);
  });

  it.each([
    { body: { current_password: 'wrong horse battery' }, pointer: '/current_password', code: 'incorrect' },
    { body: { current_password: '' }, pointer: '/current_password', code: 'too_short' },
    { body: { new_password: 'Password1' }, pointer: '/new_password', code: 'common_password' },
    { body: { new_password: 'taskpact123' }, pointer: '/new_password', code: 'common_password' },
    { body: { new_password: 'correct horse battery' }, pointer: '/new_password', code: 'not_allowed' },
    { body: { new_password: '1234567' }, pointer: '/new_password', code: 'too_short' },
    { body: { new_password: 'é'.repeat(37) }, pointer: '/new_password', code: 'format' },
    { body: { new_password: 'with\u0000nul in it' }, pointer: '/new_password', code: 'invalid_characters' },
  ])('AN4 answers 422 to $body at $pointer, and changes nothing', async ({ body, pointer, code }) => {
    const user = await app.register();
    const before = await hashOf(user);
    const response = await change(user, body).expect(422);
    expect(response.body.errors).toEqual([expect.objectContaining({ pointer, code })]);
    expect(await hashOf(user)).toBe(before);
  });

  it('answers 409 to an account that has no password, because it logs in elsewhere', async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ password_hash: null });
    const { body } = await change(user).expect(409);
    expect(body).toMatchObject({ code: 'conflict', detail: 'The account has no password.' });
    expect(await hashOf(user)).toBeNull();
  });

  it('answers 204: from then on the new password is the password', async () => {
    const user = await app.register();
    const response = await change(user).expect(204);
    expect(response.text).toBe('');
    expect(response.headers['cache-control']).toBe('no-store');
    await login(user).expect(401);
    await login(user, NEW).expect(200);
  });

  it('AN2 takes 72 bytes whole, and not a byte less counts', async () => {
    const user = await app.register();
    const long = 'é'.repeat(36);
    await change(user, { new_password: long }).expect(204);
    await login(user, `${'é'.repeat(35)}e`).expect(401);
    await login(user, long).expect(200);
  });

  it('ends all other sessions at once, with their refresh tokens, and keeps its own', async () => {
    const user = await app.register();
    const other: TestUser = await limitedTo(app, user, '');
    const stranger = await app.register();
    for (const each of [user, other, stranger]) await app.as(each).get('/api/v1/me').expect(200);
    await change(user).expect(204);
    await app.as(other).get('/api/v1/me').expect(401);
    await refresh(other).expect(401);
    for (const each of [user, stranger]) {
      await app.as(each).get('/api/v1/me').expect(200);
      await refresh(each).expect(200);
    }
  });

  it('lets one of several simultaneous changes through', async () => {
    const user = await app.register();
    const wanted = Array.from({ length: 5 }, (_, index) => `${NEW} ${index}`);
    const answers = await Promise.all(wanted.map((new_password) => change(user, { new_password })));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422, 422, 422, 422]);
    const winner = wanted[answers.findIndex(({ status }) => status === 204)] ?? '';
    await login(user, winner).expect(200);
  });
});
