import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { limitedTo, registerAdmin, storedUser } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const pathOf = ({ id }: Pick<TestUser, 'id'>) => `/api/v1/admin/users/${id}`;
const patch = (user: Pick<TestUser, 'id'>, body: object, caller = admin) =>
  app.as(caller).patch(pathOf(user)).send(body);
const refresh = ({ tokens: { refresh_token } }: TestUser) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });
const me = (user: TestUser) => app.as(user).get('/api/v1/me');

describe('PATCH /api/v1/admin/users/{user_id}', () => {
  it('answers 401 without a token, 403 without the role or the scope, and changes nothing', async () => {
    const user = await app.register();
    await app.anonymous.patch(pathOf(user)).send({ role: 'admin' }).expect(401);
    expect((await patch(user, { role: 'admin' }, user).expect(403)).body.code).toBe('insufficient_role');
    const reader = await limitedTo(app, admin, 'users:read');
    expect((await patch(user, { role: 'admin' }, reader).expect(403)).body.code).toBe('insufficient_scope');
    expect(await storedUser(app, user)).toMatchObject({ role: 'user', version: 1 });
  });

  it.each([
    { body: { role: 'root' }, pointer: '/role' },
    { body: { role: null }, pointer: '/role' },
    { body: { disabled: null }, pointer: '/disabled' },
    { body: { disabled: 'yes' }, pointer: '/disabled' },
    { body: { disabled_at: null }, pointer: '/disabled_at' },
    { body: { email: 'eve@example.com' }, pointer: '/email' },
    { body: { password: 'staple battery correct' }, pointer: '/password' },
    { body: { email_verified: true }, pointer: '/email_verified' },
    { body: { timezone: 'Mars/Phobos' }, pointer: '/timezone' },
  ])('answers 422 to $body, and changes nothing', async ({ body, pointer }) => {
    const user = await app.register();
    const response = await patch(user, body).expect(422);
    expect(response.body.errors[0].pointer).toBe(pointer);
    expect(await storedUser(app, user)).toMatchObject({ version: 1 });
  });

  it('answers 404 to an id that no account has', async () => {
    await patch({ id: ABSENT_ID }, { disabled: true }).expect(404);
    await patch({ id: ABSENT_ID }, {}).expect(404);
  });

  it('answers 412 with the account as it is when If-Match names another version', async () => {
    const user = await app.register();
    const response = await patch(user, { disabled: true }).set('If-Match', '"2"').expect(412);
    expect(response.headers.etag).toBe('"1"');
    expect(response.body).toMatchObject({ code: 'precondition_failed', current: user.tokens.user });
    expect(await storedUser(app, user)).toMatchObject({ disabled_at: null, version: 1 });
    await patch(user, { disabled: true }).set('If-Match', '"1"').expect(200);
  });

  it('keeps what is absent, clears what is null, and moves version and time', async () => {
    const user = await app.register({ name: 'Ada', timezone: 'Europe/London' });
    app.advance(1000);
    const { body, headers } = await patch(user, { name: null }).expect(200);
    expect(body).toEqual({ ...user.tokens.user, name: null, updated_at: body.updated_at });
    expect(body.updated_at > user.tokens.user.updated_at).toBe(true);
    expect(headers.etag).toBe('"2"');
    const moved = await patch(user, { timezone: 'Asia/Tokyo' }).type('application/merge-patch+json');
    expect([moved.status, moved.body.timezone, moved.headers.etag]).toEqual([200, 'Asia/Tokyo', '"3"']);
    // Neither has to do with the session.
    expect((await me(user).expect(200)).body).toEqual(moved.body);
  });

  it('changes nothing for an empty patch or one that says what is there, and ends no session', async () => {
    const user = await app.register({ name: 'Ada' });
    const before = await storedUser(app, user);
    app.advance(1000);
    for (const body of [{}, { role: 'user' }, { disabled: false }, { name: 'Ada', disabled: false }]) {
      const response = await patch(user, body).expect(200);
      expect(response.headers.etag).toBe('"1"');
      expect(response.body).toEqual(user.tokens.user);
    }
    expect(await storedUser(app, user)).toEqual(before);
    await me(user).expect(200);
    await refresh(user).expect(200);
  });

  it('locks an account out at once, keeps since when, and lets it in again by a new login only', async () => {
    const user = await app.register();
    await me(user).expect(200);
    const { body } = await patch(user, { disabled: true }).expect(200);
    expect(body.disabled_at).not.toBeNull();
    await me(user).expect(401);
    await refresh(user).expect(401);
    const login = () =>
      app.anonymous.post('/api/v1/auth/login').send({ email: user.email, password: user.password });
    await login().expect(401);
    app.advance(1000);
    expect((await patch(user, { disabled: true, name: 'Ada' }).expect(200)).body.disabled_at).toBe(
      body.disabled_at,
    );
    expect((await patch(user, { disabled: false }).expect(200)).body.disabled_at).toBeNull();
    await me(user).expect(401);
    await refresh(user).expect(401);
    const { body: tokens } = await login().expect(200);
    await app
      .as({ authorization: `Bearer ${tokens.access_token}` })
      .get('/api/v1/me')
      .expect(200);
  });

  it('silences personal access tokens at once as long as the account is disabled', async () => {
    const user = await app.register();
    const body = { name: 'Backup', scopes: ['tasks:read'] };
    const created = await app.as(user).post('/api/v1/me/tokens').send(body).expect(201);
    const list = () => app.as({ authorization: `Bearer ${created.body.token}` }).get('/api/v1/tasks');
    await list().expect(200);
    await patch(user, { disabled: true }).expect(200);
    await list().expect(401);
    await patch(user, { disabled: false }).expect(200);
    await list().expect(200);
  });

  it('gives and takes a role, and ends the sessions of the other one at once', async () => {
    const user = await app.register();
    expect((await patch(user, { role: 'admin' }).expect(200)).body.role).toBe('admin');
    await me(user).expect(401);
    const promoted = await limitedTo(app, user, '');
    await app.as(promoted).get('/api/v1/admin/users').expect(200);
    await patch(user, { role: 'user' }).expect(200);
    await app.as(promoted).get('/api/v1/admin/users').expect(401);
    await refresh(promoted).expect(401);
    const demoted = await limitedTo(app, user, '');
    await app.as(demoted).get('/api/v1/admin/users').expect(403);
    expect(demoted.tokens.scope).not.toContain('users:');
  });

  it('IN13 loses none of twenty simultaneous changes, and lets one of twenty with the same If-Match through', async () => {
    const user = await app.register();
    const many = (tag?: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const request = patch(user, { name: `Ada ${tag} ${index}` });
          return tag === undefined ? request : request.set('If-Match', tag);
        }),
      );
    expect(new Set((await many()).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await storedUser(app, user))?.version).toBe(21);
    expect((await many('"21"')).map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)]);
  });

  it('answers 409 to taking the role from the last admin, or disabling that one, and changes nothing', async () => {
    const alone = await createTestApp();
    try {
      const last = await registerAdmin(alone);
      const disabled = await registerAdmin(alone);
      const path = pathOf(last);
      await alone.as(last).patch(pathOf(disabled)).send({ disabled: true }).expect(200);
      const before = await storedUser(alone, last);
      for (const body of [{ role: 'user' }, { disabled: true }, { role: 'user', name: 'Eve' }]) {
        const answer = await alone.as(last).patch(path).send(body).expect(409);
        expect(answer.body.code).toBe('last_admin');
      }
      expect(await storedUser(alone, last)).toEqual(before);
      await alone.as(last).patch(path).send({ name: 'Last' }).expect(200);
      // One who is locked out does not count, but can lose the role.
      await alone.as(last).patch(pathOf(disabled)).send({ role: 'user' }).expect(200);
    } finally {
      await alone.close();
    }
  });
});
