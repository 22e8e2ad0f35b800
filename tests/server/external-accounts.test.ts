/** Who comes with a token of another issuer has an account at once, and never somebody else's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import { type Claims, createIssuer, createIssuerKey, type TestIssuer } from '../setup/issuer.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { createTestServer } from '../setup/test-server.ts';

let issuer: TestIssuer;
let app: TestApp;
beforeAll(async () => {
  issuer = await createIssuer();
  app = await createTestApp({ ...issuer.environment, DATABASE_POOL_MAX: '10' });
});
afterAll(async () => {
  await app.close();
  await issuer.stop();
});

const PATH = '/api/v1/me';
async function bearer(claims: Claims): Promise<ReturnType<TestApp['as']>> {
  return app.as({ authorization: `Bearer ${await issuer.sign(claims)}` });
}
const get = async (claims: Claims) => (await bearer(claims)).get(PATH);
const identities = (userId: string) =>
  app.database('external_identities').where({ user_id: userId }).orderBy('created_at');
/** Does something and counts the statements that it takes. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const counter = (): void => {
    count += 1;
  };
  app.database.on('query', counter);
  await work();
  app.database.removeListener('query', counter);
  return count;
}

describe('who comes for the first time', () => {
  it('has an account with the proved address and the name, and no password', async () => {
    const claims = issuer.claims({ email: 'Grace@Example.com', name: 'Grace Hopper' });
    const { status, body } = await get(claims);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      email: 'Grace@Example.com',
      name: 'Grace Hopper',
      role: 'user',
      email_verified: true,
      timezone: 'UTC',
    });
    expect(await app.database('users').where({ id: body.id }).first()).toMatchObject({ password_hash: null });
    const [identity, ...others] = await identities(body.id);
    expect(identity).toMatchObject({ issuer: issuer.url, subject: claims.sub });
    expect(others).toEqual([]);
    const credentials = { email: 'grace@example.com', password: '' };
    for (const password of ['null', 'correct horse battery']) {
      await app.anonymous
        .post('/api/v1/auth/login')
        .send({ ...credentials, password })
        .expect(401);
    }
  });

  it('has the same account every time, whatever else the token says', async () => {
    const claims = issuer.claims();
    const { body } = await get(claims);
    for (const change of [{ name: 'Another' }, { email: 'new@example.com' }, { email_verified: false }]) {
      expect((await get({ ...claims, ...change })).body).toEqual(body);
    }
    expect((await get({ ...claims, email: undefined, email_verified: undefined })).body).toEqual(body);
  });

  it('has one account, even when coming fifty times at once', async () => {
    const claims = issuer.claims();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => get({ ...claims, jti: String(index) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await app.database('users').where({ email: claims.email }).count()).toEqual([{ count: '1' }]);
  });

  it('is one user with several subjects when the issuer gives them one address at the same time', async () => {
    const email = 'twins@example.com';
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(issuer.claims({ email }))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const [first] = answers;
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await identities(first?.body.id)).toHaveLength(10);
  });

  it.each([
    ['', null],
    [' ', null],
    ['a'.repeat(101), null],
    ['nul\u0000', null],
    [17, null],
    [undefined, null],
    ['🦊', '🦊'],
  ])('is called by the name %j only if it can be one', async (name, expected) => {
    const { status, body } = await get(issuer.claims({ name }));
    expect([status, body.name]).toEqual([200, expected]);
  });

  it('costs three queries and a transaction, then none for ten seconds', async () => {
    const claims = issuer.claims();
    const agent = await bearer(claims);
    const { body } = await agent.get(PATH).expect(200);
    const { id } = body;
    // getMe reads the account itself.
    const own = 1;
    expect(await statements(() => agent.get(PATH).expect(200))).toBe(own);
    const other = await bearer({ ...claims, jti: 'another token' });
    expect(await statements(() => other.get(PATH).expect(200))).toBe(own);
    app.advance(10_000);
    expect(await statements(() => agent.get(PATH).expect(200))).toBe(own + 1);
    expect(body.id).toBe(id);
  });
});

describe('AN7 who has no proved address at the issuer', () => {
  it.each<[string, Claims]>([
    ['is not said to be verified', { email_verified: false }],
    ['is said to be verified in other words', { email_verified: 'true' }],
    ['is said to be verified by a number', { email_verified: 1 }],
    ['is not spoken of', { email_verified: undefined }],
    ['is denied in one place of two', { email_verified: false, emailVerified: true }],
    ['is missing', { email: undefined }],
    ['is no address', { email: 'ada' }],
    ['is none that can be stored', { email: 'a\u0000@example.com' }],
    ['is too long', { email: `${'a'.repeat(250)}@example.com` }],
    ['is several', { email: ['ada@example.com'] }],
  ])('has no account: the address %s', async (_what, claims) => {
    const before = await app.database('users').count();
    const { status, body, headers, text } = await get(issuer.claims(claims));
    expect(status).toBe(403);
    expect(body.code).toBe('identity_not_linked');
    expect(body.detail).toBe('The access token names no e-mail address that its issuer has verified.');
    expect(breaches(operation('getMe'), { status, headers, text })).toEqual([]);
    expect(await app.database('users').count()).toEqual(before);
  });

  it('has one as soon as it is proved, in the words of Better Auth too', async () => {
    const claims = issuer.claims({ email_verified: undefined, emailVerified: false });
    expect((await get(claims)).status).toBe(403);
    expect((await get({ ...claims, emailVerified: true })).status).toBe(200);
  });
});

describe('an account that is there already with the same address', () => {
  const proved = async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ email_verified: true });
    return user;
  };

  it('is the one, if both sides have proved the address; its password goes on', async () => {
    const user = await proved();
    const { status, body } = await get(issuer.claims({ email: user.email.toUpperCase() }));
    expect([status, body.id, body.email]).toEqual([200, user.id, user.email]);
    const { email, password } = user;
    await app.anonymous.post('/api/v1/auth/login').send({ email, password }).expect(200);
    await app.as(user).get(PATH).expect(200);
  });

  it('is linked once when fifty requests come at once', async () => {
    const user = await proved();
    const claims = issuer.claims({ email: user.email });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => get({ ...claims, jti: String(index) })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`))).toEqual(
      new Set([`200 ${user.id}`]),
    );
    expect(await identities(user.id)).toHaveLength(1);
  });

  it('is not the one if whoever made it has not proved the address: it may be an ambush', async () => {
    const attacker = await app.register();
    const claims = issuer.claims({ email: attacker.email });
    const { status, body, headers, text } = await get(claims);
    expect(status).toBe(403);
    expect(body.code).toBe('identity_not_linked');
    expect(body.detail).toContain('the address is not proved there');
    expect(breaches(operation('getMe'), { status, headers, text })).toEqual([]);
    expect(await identities(attacker.id)).toEqual([]);
    // The owner proves it there, by a reset of the password for example, and comes again.
    await app.database('users').where({ id: attacker.id }).update({ email_verified: true });
    expect((await get(claims)).body.id).toBe(attacker.id);
  });

  it('is not given to somebody of whom the issuer does not know the address', async () => {
    const user = await proved();
    const { status, body } = await get(issuer.claims({ email: user.email, email_verified: false }));
    expect([status, body.code]).toEqual([403, 'identity_not_linked']);
    expect(await identities(user.id)).toEqual([]);
  });

  it('can not be made beside one that came by the issuer', async () => {
    const { body } = await get(issuer.claims());
    const { email } = body;
    const credentials = { email, password: 'correct horse battery' };
    const answer = await app.anonymous.post('/api/v1/auth/register').send(credentials).expect(409);
    expect(answer.body.code).toBe('email_taken');
  });
});

describe('an account that came by another issuer', () => {
  it('holds its own tasks and sees nobody else’s', async () => {
    const [ada, grace] = await Promise.all([bearer(issuer.claims()), bearer(issuer.claims())]);
    const { body: task } = await ada.post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
    await ada.get(`/api/v1/tasks/${task.id}`).expect(200);
    await grace.get(`/api/v1/tasks/${task.id}`).expect(404);
    expect((await grace.get('/api/v1/tasks').expect(200)).body.total).toBe(0);
  });

  it('is let in no more within ten seconds of being disabled, and again when it is enabled', async () => {
    const agent = await bearer(issuer.claims());
    const { body } = await agent.get(PATH).expect(200);
    const disable = (disabled_at: string | null) =>
      app.database('users').where({ id: body.id }).update({ disabled_at });
    await disable(new Date().toISOString());
    app.advance(10_000);
    const refusal = await agent.get(PATH).expect(401);
    expect(refusal.body.detail).toBe('The account is disabled.');
    await disable(null);
    await agent.get(PATH).expect(200);
  });

  it('has the role that it has here', async () => {
    const agent = await bearer(issuer.claims({ role: 'admin', scope: undefined }));
    const { body } = await agent.get(PATH).expect(200);
    expect(body.role).toBe('user');
    await agent.get('/api/v1/admin/users').expect(403);
    await app.database('users').where({ id: body.id }).update({ role: 'admin' });
    app.advance(10_000);
    expect((await agent.get('/api/v1/admin/users')).status).not.toBe(403);
  });

  it('is another one, and empty, when somebody comes back whose account was deleted', async () => {
    const claims = issuer.claims();
    const agent = await bearer(claims);
    const { body: before } = await agent.get(PATH).expect(200);
    await agent.post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
    // Without the identity's row being removed, as if it had been linked at the very same moment.
    await app.database('user_emails').where({ user_id: before.id }).delete();
    await app.database('users').where({ id: before.id }).delete();
    app.advance(10_000);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => get({ ...claims, jti: String(index) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { body: after } = await agent.get(PATH).expect(200);
    expect(after.id).not.toBe(before.id);
    expect(await identities(before.id)).toEqual([]);
    expect((await agent.get('/api/v1/tasks').expect(200)).body.total).toBe(0);
  });
});

describe('SC3 the log of security events', () => {
  it('tells of new accounts and of links, without subjects and addresses', async () => {
    const server = await createTestServer({ environment: issuer.environment });
    const visit = async (claims: Claims): Promise<string> => {
      const headers = { Authorization: `Bearer ${await issuer.sign(claims)}` };
      const answer = await fetch(`${server.origin}${PATH}`, { headers });
      return ((await answer.json()) as { id: string }).id;
    };
    const newcomer = issuer.claims();
    const user = await visit(newcomer);
    const relative = issuer.claims({ email: newcomer.email });
    expect(await visit(relative)).toBe(user);
    await visit(relative);
    const events = server.lines.filter(({ audit }) => audit !== undefined);
    expect(events).toMatchObject([
      { audit: 'account.created', user, actor: 'issuer', issuer: issuer.url },
      { audit: 'identity.linked', user, issuer: issuer.url },
    ]);
    const log = JSON.stringify(server.lines);
    for (const secret of [newcomer.sub, relative.sub, newcomer.email]) expect(log).not.toContain(secret);
    await server.destroy();
  });
});

describe('TK14 while the issuer is away', () => {
  it('answers 503 to a token by a key that is not known, and goes on with everybody else', async () => {
    const known = await bearer(issuer.claims());
    await known.get(PATH).expect(200);
    const user = await app.register();
    const stranger = await createIssuerKey('EdDSA');
    const token = await issuer.sign(issuer.claims(), {}, stranger);
    await issuer.stop();
    app.advance(10_000);
    const { status, body, headers, text } = await app.as({ authorization: `Bearer ${token}` }).get(PATH);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '10']);
    expect(body.detail).toBe('The issuer of the access token does not answer at the moment.');
    expect(breaches(operation('getMe'), { status, headers, text })).toEqual([]);
    await known.get(PATH).expect(200);
    await app.as(user).get(PATH).expect(200);
    // It comes back, and has the key.
    issuer.keys.push(stranger);
    await issuer.start();
    app.advance(10_000);
    await app
      .as({ authorization: `Bearer ${token}` })
      .get(PATH)
      .expect(200);
  });
});
