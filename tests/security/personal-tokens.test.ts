/** Personal access tokens: what they can't do, when they stop, and that nothing that is stored could be used as one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/audit.ts';
import { activeCredentials } from '../../src/auth/active-credentials.ts';
import { newOpaqueToken } from '../../src/auth/opaque-tokens.ts';
import { transaction } from '../../src/db/transaction.ts';
import { formatPersonalToken, parsePersonalToken } from '../../src/tokens/personal-tokens.ts';
import { tokensRepository } from '../../src/tokens/tokens.repository.ts';
import { tokensService } from '../../src/tokens/tokens.service.ts';
import { usersRepository } from '../../src/users/users.repository.ts';
import { contract, operations } from '../setup/contract.ts';
import { dumpRows } from '../setup/data-dump.ts';
import { createRawClient, type RawClient } from '../setup/http.ts';
import { exampleCall } from '../setup/requests.ts';
import { comparable, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { createToken, type TestToken } from '../setup/tokens.ts';

const SECOND = 1000;
const ALL_SCOPES = ['profile:read', 'profile:write', 'tasks:read', 'tasks:write'] as const;

let app: TestApp;
let client: RawClient;
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
});
afterAll(async () => {
  client.close();
  await app.close();
});

const use = (token: Pick<TestToken, 'authorization'>) => app.as(token).get('/api/v1/tasks');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const changeUser = ({ id }: TestUser, changes: object) => app.database('users').where({ id }).update(changes);

describe('AZ1 a personal access token', () => {
  const sessionOnly: string[] = contract.components.securitySchemes.bearerAuth['x-session-only-scopes'];
  const beyond = operations.filter(({ scopes }) => scopes?.some((scope) => sessionOnly.includes(scope)));

  it('has operations that it can not reach', () => {
    const ids = beyond.map(({ operationId }) => operationId);
    expect(ids).toEqual(
      expect.arrayContaining(['createAccessToken', 'changePassword', 'deleteMe', 'exportMyData']),
    );
  });

  it.each(beyond)('gets a 403 from $operationId, whatever its scopes', async (operation) => {
    const token = await createToken(app, await app.register(), { scopes: [...ALL_SCOPES] });
    const call = exampleCall(operation);
    const answer = await client.send({
      ...call,
      headers: { ...call.headers, Authorization: token.authorization },
    });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([403, 'insufficient_scope']);
  });

  it('can do what its scopes say, and nothing else', async () => {
    const token = await createToken(app, await app.register(), { scopes: ['tasks:read'] });
    await use(token).expect(200);
    await app.as(token).post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(403);
    await app.as(token).get('/api/v1/me').expect(403);
  });

  it('is as good as a session for what it can do', async () => {
    const user = await app.register();
    const token = await createToken(app, user, { scopes: [...ALL_SCOPES] });
    const { body } = await app.as(token).post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
    expect(body.user_id).toBe(user.id);
    expect((await app.as(token).get('/api/v1/me').expect(200)).body.id).toBe(user.id);
  });
});

describe('TK4 a token that is none', () => {
  it('is a 401 like any other, and tells nothing of why', async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    const { token } = await createToken(app, user);
    const { secret } = parsePersonalToken(token) ?? newOpaqueToken(user.id);
    const wrong = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.slice(0, -1),
      `${token}A`,
      'tp_',
      'tp_nonsense',
      formatPersonalToken(newOpaqueToken(user.id)),
      formatPersonalToken({ userId: stranger.id, secret }),
      formatPersonalToken({ userId: '00000000-0000-7000-8000-000000000000', secret }),
    ];
    const answers = await Promise.all(wrong.map((text) => use(bearer(text)).expect(401)));
    for (const { headers } of answers) expect(headers['www-authenticate']).toContain('error="invalid_token"');
    expect(new Set(answers.map(comparable)).size).toBe(1);
    await use(bearer(token)).expect(200);
  });

  it('costs no query when its checksum is wrong', async () => {
    const { token } = await createToken(app, await app.register());
    let queries = 0;
    const count = () => {
      queries += 1;
    };
    app.database.on('query', count);
    await use(bearer(`${token.slice(0, -6)}AAAAAA`)).expect(401);
    expect(queries).toBe(0);
    await use(bearer(token)).expect(200);
    expect(queries).toBeGreaterThan(0);
    app.database.removeListener('query', count);
  });

  it('is no refresh token, and a refresh token is none', async () => {
    const user = await app.register();
    const { token } = await createToken(app, user);
    await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: token }).expect(401);
    await use(bearer(user.tokens.refresh_token)).expect(401);
  });

  it('is all that the database could give away', async () => {
    const { token } = await createToken(app, await app.register());
    const { secret } = parsePersonalToken(token) ?? newOpaqueToken('');
    const dump = await dumpRows(app.database);
    expect(dump).toContain(token.slice(0, 11).toLowerCase());
    for (const form of [token, secret.toString('base64url'), secret.toString('hex')]) {
      expect(dump).not.toContain(form.toLowerCase());
    }
  });
});

describe('TK9 TK10 a token stops', () => {
  it('when it expires', async () => {
    const user = await app.register();
    const expires_at = new Date(Date.now() + 600 * SECOND).toISOString();
    const token = await createToken(app, user, { expires_at });
    app.advance(590 * SECOND);
    await use(token).expect(200);
    app.advance(10 * SECOND);
    await use(token).expect(401);
    app.advance(-600 * SECOND);
  });

  it('within ten seconds of being revoked elsewhere', async () => {
    const user = await app.register();
    const token = await createToken(app, user);
    await use(token).expect(200);
    await app.database('personal_tokens').where({ user_id: user.id, id: token.id }).delete();
    app.advance(10 * SECOND);
    await use(token).expect(401);
  });

  it('when the account is disabled, and goes on when that is over', async () => {
    const user = await app.register();
    const [seen, unseen] = [await createToken(app, user), await createToken(app, user)];
    await use(seen).expect(200);
    await changeUser(user, { disabled_at: new Date().toISOString() });
    await use(unseen).expect(401);
    app.advance(10 * SECOND);
    await use(seen).expect(401);
    await changeUser(user, { disabled_at: null });
    await use(seen).expect(200);
  });

  it('at once when the account is deleted here', async () => {
    const user = await app.register();
    const token = await createToken(app, user);
    await use(token).expect(200);
    await app.as(user).delete('/api/v1/me').expect(204);
    await use(token).expect(401);
  });

  it('not when the password is changed, nor when the session ends that made it', async () => {
    const user = await app.register();
    const token = await createToken(app, user);
    const passwords = { current_password: user.password, new_password: 'staple battery correct' };
    await app.as(user).put('/api/v1/me/password').send(passwords).expect(204);
    const { refresh_token } = user.tokens;
    await app.anonymous.post('/api/v1/auth/logout').send({ refresh_token }).expect(204);
    await use(token).expect(200);
  });

  it('to have the scopes of a role that the account has lost', async () => {
    const user = await app.register();
    await changeUser(user, { role: 'admin' });
    const session = await limitedTo(app, user, '');
    const token = await createToken(app, session, { scopes: ['users:read', 'tasks:read'] });
    await changeUser(user, { role: 'user' });
    const { body } = await app.as(token).get('/api/v1/admin/users').expect(403);
    expect(body.code).toBe('insufficient_role');
    await use(token).expect(200);
  });

  it('with all others of its account when whoever ends them says so after the commit', async () => {
    const { database } = app;
    const [user, stranger] = [await app.register(), await app.register()];
    const made = [await createToken(app, user), await createToken(app, user)];
    const theirs = await createToken(app, stranger);
    const recorded: object[] = [];
    const tokens = tokensRepository(database);
    const now = () => new Date();
    const active = activeCredentials(tokens.findAccountState, now);
    const service = tokensService({
      ...{ database, tokens, active, now, mostTokens: 100, scopesOf: () => [] },
      users: usersRepository(database),
      audit: createAudit({ info: (fields) => recorded.push(fields) }),
    });
    const alive = async () => {
      const states = [...made.map(({ id }) => active.find(user.id, id)), active.find(stranger.id, theirs.id)];
      return (await Promise.all(states)).map((state) => state !== undefined);
    };
    expect(await alive()).toEqual([true, true, true]);
    const committed = await transaction(database, (trx) => service.revokeAll(trx, user.id));
    committed();
    expect(await alive()).toEqual([false, false, true]);
    const event = { audit: 'access_token.revoked', user: user.id };
    const expected = made.map(({ id }) => ({ ...event, token: id }));
    expect(recorded).toEqual(expect.arrayContaining(expected));
    expect(recorded).toHaveLength(2);
  });
});
