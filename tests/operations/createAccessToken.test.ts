import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { createToken } from '../setup/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/tokens';
const BODY = { name: 'Nightly backup', scopes: ['tasks:read'] };
const create = (user: Pick<TestUser, 'authorization'>, body: object = {}) =>
  app
    .as(user)
    .post(PATH)
    .send({ ...BODY, ...body });
const stored = ({ id }: TestUser) => app.database('personal_tokens').where({ user_id: id });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('POST /api/v1/me/tokens', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    await app.anonymous.post(PATH).send(BODY).expect(401);
    const writer = await limitedTo(app, await app.register(), 'profile:write tasks:read');
    expect((await create(writer).expect(403)).body.code).toBe('insufficient_scope');
    expect(await stored(writer)).toHaveLength(0);
  });

  it.each([
    { body: { name: ' \t' }, faults: [{ pointer: '/name', code: 'pattern' }] },
    { body: { name: 'x'.repeat(101) }, faults: [{ pointer: '/name', code: 'too_long' }] },
    { body: { scopes: [] }, faults: [{ pointer: '/scopes', code: 'too_few_items' }] },
    {
      body: { scopes: ['tasks:read', 'tasks:read'] },
      faults: [{ pointer: '/scopes', code: 'duplicate_items' }],
    },
    {
      body: { scopes: ['tasks:read', 'account:manage'] },
      faults: [{ pointer: '/scopes/1', code: 'not_allowed' }],
    },
    {
      body: { scopes: ['users:read', 'tasks:read', 'users:write'] },
      faults: [
        { pointer: '/scopes/0', code: 'not_allowed' },
        { pointer: '/scopes/2', code: 'not_allowed' },
      ],
    },
    { body: { expires_at: 'tomorrow' }, faults: [{ pointer: '/expires_at', code: 'format' }] },
    { body: { expires_at: '2001-01-01T00:00:00Z' }, faults: [{ pointer: '/expires_at', code: 'expired' }] },
    {
      body: { expires_at: '9999-12-31T23:59:59-01:00' },
      faults: [{ pointer: '/expires_at', code: 'too_big' }],
    },
    {
      body: { scopes: ['users:read'], expires_at: '2001-01-01T00:00:00Z' },
      faults: [
        { pointer: '/scopes/0', code: 'not_allowed' },
        { pointer: '/expires_at', code: 'expired' },
      ],
    },
    { body: { prefix: 'tp_AAAAAAAA' }, faults: [{ pointer: '/prefix', code: 'unknown' }] },
  ])('answers 422 to $body, and makes no token', async ({ body, faults }) => {
    const user = await app.register();
    const response = await create(user, body).expect(422);
    expect(response.body.errors).toEqual(faults.map((fault) => expect.objectContaining(fault)));
    expect(await stored(user)).toHaveLength(0);
  });

  it('answers 422 to a scope that the account may have, but not this session', async () => {
    const session = await limitedTo(app, await app.register(), 'account:manage tasks:read');
    const { body } = await create(session, { scopes: ['tasks:read', 'tasks:write'] }).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/scopes/1', code: 'not_allowed' })]);
    await create(session).expect(201);
  });

  it('answers 409 when there are a hundred, those that have expired counted, until one is revoked', async () => {
    const user = await app.register();
    const first = await createToken(app, user, { expires_at: inAnHour() });
    app.advance(3_600_001);
    const session = await limitedTo(app, user, '');
    for (let made = 1; made < 99; made += 1) await createToken(app, session);
    const answers = await Promise.all(Array.from({ length: 4 }, () => create(session)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(await stored(user)).toHaveLength(100);
    expect((await create(session).expect(409)).body.code).toBe('conflict');
    await app.as(session).delete(`${PATH}/${first.id}`).expect(204);
    await create(session).expect(201);
  });

  it('answers 201 with a token that works, and is never shown again', async () => {
    const user = await app.register();
    const response = await create(user, { expires_at: '2099-01-01T01:00:00.5+01:00' }).expect(201);
    const { token, access_token } = response.body;
    expect(token).toMatch(/^tp_[\w-]{43}_[\w-]{22}_[\w-]{6}$/);
    expect(access_token).toEqual({
      id: access_token.id,
      ...BODY,
      prefix: token.slice(0, 11),
      created_at: access_token.created_at,
      last_used_at: null,
      expires_at: '2099-01-01T00:00:00.500Z',
    });
    expect(response.headers).toMatchObject({
      location: `${PATH}/${access_token.id}`,
      'cache-control': 'no-store',
    });
    await app.anonymous.get('/api/v1/tasks').set('Authorization', `Bearer ${token}`).expect(200);
    const { text } = await app.as(user).get(PATH).expect(200);
    expect(text).not.toContain(token.slice(0, 20));
    const [row] = await stored(user);
    expect(JSON.stringify(row)).not.toContain(token.slice(0, 20));
  });

  it('lets an admin have the scopes of admins', async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ role: 'admin' });
    const session = await limitedTo(app, user, '');
    await create(session, { scopes: ['users:read'] }).expect(201);
  });
});
