import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo, registerAdmin, storedUser } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const PATH = '/api/v1/admin/users';
const create = (body: object, user = admin) => app.as(user).post(PATH).send(body);
const count = async () => Number((await app.database('users').count())[0]?.count);

describe('POST /api/v1/admin/users', () => {
  it('answers 401 without a token, 403 without the role or the scope, and makes nothing', async () => {
    const user = await app.register();
    const reader = await limitedTo(app, admin, 'users:read');
    const before = await count();
    await app.anonymous.post(PATH).send({ email: 'a@example.com' }).expect(401);
    expect((await create({ email: 'a@example.com' }, user).expect(403)).body.code).toBe('insufficient_role');
    expect((await create({ email: 'a@example.com' }, reader).expect(403)).body.code).toBe(
      'insufficient_scope',
    );
    expect(await count()).toBe(before);
  });

  it.each([
    { body: {}, pointer: '/email' },
    { body: { email: 'ada' }, pointer: '/email' },
    { body: { email: 'a@example.com', password: 'short' }, pointer: '/password' },
    { body: { email: 'a@example.com', password: 'password123' }, pointer: '/password' },
    { body: { email: 'a@example.com', role: 'root' }, pointer: '/role' },
    { body: { email: 'a@example.com', timezone: 'Mars/Phobos' }, pointer: '/timezone' },
    { body: { email: 'a@example.com', email_verified: true }, pointer: '/email_verified' },
    { body: { email: 'a@example.com', password_hash: 'x' }, pointer: '/password_hash' },
  ])('answers 422 to $body', async ({ body, pointer }) => {
    const before = await count();
    const response = await create(body).expect(422);
    expect(response.body.errors[0].pointer).toBe(pointer);
    expect(await count()).toBe(before);
  });

  it('answers 409 when somebody has the address, whatever its case, and makes nothing', async () => {
    const user = await app.register();
    const before = await count();
    const { body } = await create({ email: user.email.toUpperCase() }).expect(409);
    expect(body.code).toBe('email_taken');
    expect(await count()).toBe(before);
  });

  it('makes exactly one account when twenty ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create({ email: 'wanted@example.com', name: 'Wanted' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  });

  it('makes an account without a password, which nobody can log in to yet', async () => {
    const response = await create({ email: 'Grace@Example.com' }).expect(201);
    expect(response.headers.location).toBe(`${PATH}/${response.body.id}`);
    expect(response.headers.etag).toBe('"1"');
    expect(response.body).toMatchObject({
      email: 'Grace@Example.com',
      name: null,
      role: 'user',
      timezone: 'UTC',
      email_verified: false,
      disabled_at: null,
    });
    expect((await storedUser(app, response.body))?.password_hash).toBeNull();
    for (const password of ['', 'null', admin.password]) {
      const login = await app.anonymous
        .post('/api/v1/auth/login')
        .send({ email: 'grace@example.com', password });
      expect([401, 422]).toContain(login.status);
    }
    const read = await app.as(admin).get(String(response.headers.location)).expect(200);
    expect(read.body).toEqual(response.body);
  });

  it('makes an account with a password and a role, who can log in and is one', async () => {
    const account = { email: 'second@example.com', password: 'staple battery correct' };
    await create({ ...account, name: 'Second', role: 'admin', timezone: 'Asia/Tokyo' }).expect(201);
    const { body } = await app.anonymous.post('/api/v1/auth/login').send(account).expect(200);
    expect(body.user).toMatchObject({ name: 'Second', role: 'admin', timezone: 'Asia/Tokyo' });
    expect(body.scope.split(' ')).toEqual(expect.arrayContaining(['users:read', 'users:write']));
    await app
      .as({ authorization: `Bearer ${body.access_token}` })
      .get(PATH)
      .expect(200);
  });
});
