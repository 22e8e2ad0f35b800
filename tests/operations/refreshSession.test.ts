import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestTokens, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const SECOND = 1000;
const DAY = 86_400 * SECOND;

const send = (refresh_token: string) => app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });
const refresh = async (token: string): Promise<TestTokens> => (await send(token).expect(200)).body;
const me = (access_token: string) => app.as({ authorization: `Bearer ${access_token}` }).get('/api/v1/me');
const sessionOf = async ({ id }: TestUser) => app.database('sessions').where({ user_id: id }).first();
const tokensOf = async ({ id }: TestUser) =>
  app.database('refresh_tokens').where({ user_id: id }).orderBy('created_at');

/** Every token of the session is dead, and the database says so too. */
async function expectEnded(user: TestUser, ...sets: readonly TestTokens[]): Promise<void> {
  expect(await sessionOf(user)).toMatchObject({
    revoked_at: expect.any(String),
    revoked_reason: 'refresh token reused',
  });
  for (const { access_token, refresh_token } of sets) {
    await send(refresh_token).expect(401);
    await me(access_token).expect(401);
  }
}

describe('POST /api/v1/auth/refresh', () => {
  it('answers 401 alike to tokens that are unknown, malformed, of another kind or used before', async () => {
    const user = await app.register();
    const { access_token, refresh_token } = user.tokens;
    const [owner, secret] = refresh_token.split('.');
    const other = await app.register();
    await refresh(await refresh(refresh_token).then((set) => set.refresh_token));
    const answers = [
      await send(`${owner}.${'A'.repeat(43)}`),
      await send(`${other.tokens.refresh_token.split('.')[0]}.${secret}`),
      await send('AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g'),
      await send('nonsense'),
      await send(`${refresh_token}.`),
      await send(`${'/'.repeat(22)}.${secret}`),
      await send(access_token.slice(0, 200)),
      await send(refresh_token),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('invalid_refresh_token');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="taskpact", error="invalid_token"');
    }
    expect(new Set(answers.map(comparable)).size).toBe(1);
  });

  it('answers 401 when the account is disabled', async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ disabled_at: new Date().toISOString() });
    await send(user.tokens.refresh_token).expect(401);
    await app.database('users').where({ id: user.id }).update({ disabled_at: null });
    await send(user.tokens.refresh_token).expect(200);
  });

  it('answers new tokens that work, and keeps only hashes of them', async () => {
    const user = await app.register();
    const before = await sessionOf(user);
    const response = await send(user.tokens.refresh_token).expect(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: user.tokens.user });
    expect(response.body.refresh_token).not.toBe(user.tokens.refresh_token);
    await me(response.body.access_token).expect(200);
    await me(user.tokens.access_token).expect(200);
    const [first, second] = await tokensOf(user);
    expect(first?.used_at).not.toBeNull();
    expect(second).toMatchObject({ used_at: null, session_id: before?.id });
    expect(second?.token_hash).not.toEqual(
      Buffer.from(response.body.refresh_token.split('.')[1], 'base64url'),
    );
    const after = await sessionOf(user);
    expect(after).toMatchObject({ revoked_at: null, expires_at: before?.expires_at });
    expect(after?.last_used_at >= before?.last_used_at).toBe(true);
  });

  it('keeps the scopes of the session', async () => {
    const { tokens } = await limitedTo(app, await app.register(), 'tasks:read');
    const next = await refresh(tokens.refresh_token);
    expect(next.scope).toBe('tasks:read');
    await me(next.access_token).expect(403);
  });

  it('goes on from each successor to the next', async () => {
    const user = await app.register();
    let set = user.tokens;
    for (let round = 0; round < 5; round += 1) set = await refresh(set.refresh_token);
    await me(set.access_token).expect(200);
    expect(await tokensOf(user)).toHaveLength(6);
  });

  it('answers the same successor again when the answer got lost, for ten seconds', async () => {
    const user = await app.register();
    const lost = await refresh(user.tokens.refresh_token);
    app.advance(5 * SECOND);
    const again = await refresh(user.tokens.refresh_token);
    expect(again.refresh_token).toBe(lost.refresh_token);
    await me(again.access_token).expect(200);
    expect(await tokensOf(user)).toHaveLength(2);
    await refresh(again.refresh_token);
  });

  it('ends the session when a token is used again later than that', async () => {
    const user = await app.register();
    const next = await refresh(user.tokens.refresh_token);
    await me(next.access_token).expect(200);
    app.advance(10 * SECOND + 1);
    await send(user.tokens.refresh_token).expect(401);
    await expectEnded(user, user.tokens, next);
  });

  it('ends the session when a token is used again after its successor has been', async () => {
    const user = await app.register();
    const first = await refresh(user.tokens.refresh_token);
    const second = await refresh(first.refresh_token);
    await me(second.access_token).expect(200);
    await send(user.tokens.refresh_token).expect(401);
    await expectEnded(user, user.tokens, first, second);
  });

  it('ends only the session that the token belongs to', async () => {
    const user = await app.register();
    const other = await limitedTo(app, user, 'profile:read');
    const next = await refresh(user.tokens.refresh_token);
    await refresh(next.refresh_token);
    await send(user.tokens.refresh_token).expect(401);
    await me(user.tokens.access_token).expect(401);
    await me(other.tokens.access_token).expect(200);
    await refresh(other.tokens.refresh_token);
  });

  it('gives twenty simultaneous requests one live successor', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await app.register();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(user.tokens.refresh_token)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      const successors = new Set(answers.map(({ body }) => body.refresh_token));
      expect(successors.size).toBe(1);
      const stored = await tokensOf(user);
      expect(stored.filter(({ used_at }) => used_at === null)).toHaveLength(1);
      await refresh(String([...successors][0]));
    }
  });

  it('lets no simultaneous reuse of an old and a new token keep the session alive', async () => {
    const user = await app.register();
    const next = await refresh(user.tokens.refresh_token);
    app.advance(11 * SECOND);
    const tokens = Array.from(
      { length: 10 },
      (_, index) => (index % 2 === 0 ? user.tokens : next).refresh_token,
    );
    await Promise.all(tokens.map((token) => send(token)));
    await expectEnded(user, next);
  });

  it('TK9 answers 401 to a token that was not used for thirty days', async () => {
    const [late, early] = [await app.register(), await app.register()];
    app.advance(30 * DAY - 60 * SECOND);
    const { access_token } = await refresh(early.tokens.refresh_token);
    await me(access_token).expect(200);
    app.advance(60 * SECOND + 1);
    await send(late.tokens.refresh_token).expect(401);
    expect((await sessionOf(late))?.revoked_at).toBeNull();
  });

  it('TK9 answers 401 after ninety days however often it was used, and its last token ends with the session', async () => {
    const user = await app.register();
    let set = user.tokens;
    for (let month = 0; month < 3; month += 1) {
      app.advance(29 * DAY);
      set = await refresh(set.refresh_token);
    }
    const session = await sessionOf(user);
    const last = (await tokensOf(user)).at(-1);
    expect(last?.expires_at).toBe(session?.expires_at);
    app.advance(3 * DAY - 60 * SECOND);
    set = await refresh(set.refresh_token);
    await me(set.access_token).expect(200);
    app.advance(61 * SECOND);
    await send(set.refresh_token).expect(401);
    await me(set.access_token).expect(401);
  });
});
