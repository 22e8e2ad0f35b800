import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { contract } from '../setup/contract.ts';
import { limitedTo, logInAgain, sessionIdOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/sessions';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const MOST: number = contract.components.schemas.SessionList.properties.items.maxItems;

const list = async (user: Pick<TestUser, 'authorization'>): Promise<Schemas['Session'][]> =>
  (await app.as(user).get(PATH).expect(200)).body.items;
const storedOf = async (id: string) => app.database('sessions').where({ id }).first();

describe('GET /api/v1/me/sessions', () => {
  it('answers 401 without an access token', async () => {
    await app.anonymous.get(PATH).expect(401);
  });

  it('answers 403 without the scope', async () => {
    const user = await limitedTo(app, await app.register(), 'profile:read');
    const { body } = await app.as(user).get(PATH).expect(403);
    expect(body.detail).toContain('account:manage');
  });

  it('answers 422 to a parameter that there is not', async () => {
    await app
      .as(await app.register())
      .get(`${PATH}?page=1`)
      .expect(422);
  });

  it('lists the sessions, says where they are and which one asks, and shows no secret', async () => {
    const user = await app.register();
    const second = await logInAgain(app, user, { 'User-Agent': 'Somebody/2.0' });
    const items = await list(user);
    expect(items).toHaveLength(2);
    expect(items[0]).toEqual({
      id: expect.any(String),
      created_at: expect.any(String),
      last_used_at: expect.any(String),
      expires_at: new Date(Date.parse(items[0]?.created_at ?? '') + 90 * DAY).toISOString(),
      user_agent: 'Somebody/2.0',
      ip: '127.0.0.1',
      current: false,
    });
    expect(items[1]).toMatchObject({ current: true });
    expect((await list(second)).map(({ current }) => current)).toEqual([true, false]);
  });

  it("TK11 lists nobody else's", async () => {
    const [user, other] = [await app.register(), await app.register()];
    const [mine, theirs] = [await list(user), await list(other)];
    expect(mine).toHaveLength(1);
    expect(theirs.map(({ id }) => id)).not.toContain(mine[0]?.id);
  });

  it('lists the one first that was used last: a refresh is a use', async () => {
    const user = await app.register();
    app.advance(SECOND);
    const second = await logInAgain(app, user);
    expect((await list(user)).map(({ current }) => current)).toEqual([false, true]);
    app.advance(SECOND);
    await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: user.tokens.refresh_token });
    const items = await list(second);
    expect(items.map(({ current }) => current)).toEqual([false, true]);
    expect(
      Date.parse(items[0]?.last_used_at ?? '') - Date.parse(items[1]?.last_used_at ?? ''),
    ).toBeGreaterThanOrEqual(SECOND);
  });

  it('counts a request as a use, and writes it down once a minute', async () => {
    const user = await app.register();
    const [session] = await list(user);
    const id = session?.id ?? '';
    const use = () => app.as(user).get('/api/v1/me').expect(200);
    const lastUse = async (): Promise<number> => Date.parse((await storedOf(id))?.last_used_at);
    const begin = await lastUse();
    app.advance(50 * SECOND);
    await use();
    expect(await lastUse()).toBe(begin);
    app.advance(11 * SECOND);
    await Promise.all([use(), use(), use()]);
    await expect.poll(lastUse).toBeGreaterThanOrEqual(begin + MINUTE);
    const noted = await lastUse();
    app.advance(30 * SECOND);
    await use();
    expect(await lastUse()).toBe(noted);
  });

  it('answers, and the request as well, when the use can not be written down', async () => {
    const user = await app.register();
    await app.database.raw(`create rule no_use as on update to sessions do instead select 1 / 0`);
    try {
      app.advance(2 * MINUTE);
      const [session] = await list(user);
      expect(session?.last_used_at).toBe(session?.created_at);
    } finally {
      await app.database.raw('drop rule no_use on sessions');
    }
  });

  it('leaves out those that have ended: logged out, expired, or not used for too long', async () => {
    const user = await app.register();
    const ended = await logInAgain(app, user);
    await app.anonymous.post('/api/v1/auth/logout').send({ refresh_token: ended.tokens.refresh_token });
    await logInAgain(app, user);
    const old = await logInAgain(app, user);
    const [newest] = await list(old);
    await app.database('sessions').where({ id: newest?.id }).update({ expires_at: new Date() });
    expect(await list(user)).toHaveLength(2);
    app.advance(31 * DAY);
    const again = await logInAgain(app, user);
    expect((await list(again)).map(({ current }) => current)).toEqual([true]);
  });

  it('never has more to list than fits: a login ends the session that was used least recently', async () => {
    const user = await app.register();
    const [first] = await list(user);
    app.advance(SECOND);
    const second = await logInAgain(app, user);
    const template = await app.database('sessions').where({ user_id: user.id, id: first?.id }).first();
    const rows = Array.from({ length: MOST - 2 }, (_, index) => ({
      ...template,
      id: `0199f39f-2b40-7c11-9a3e-${String(index).padStart(12, '0')}`,
      last_used_at: new Date(Date.parse(template.last_used_at) + DAY),
    }));
    await app.database('sessions').insert(rows);
    app.advance(11 * SECOND);
    await app.as(user).get('/api/v1/me').expect(200);
    await app.anonymous
      .post('/api/v1/auth/refresh')
      .send({ refresh_token: user.tokens.refresh_token })
      .expect(200);
    // The first has been used since, so the second goes. It is dead at once.
    const third = await logInAgain(app, user);
    await app.as(second).get('/api/v1/me').expect(401);
    await app.as(user).get('/api/v1/me').expect(200);
    await app.as(third).get('/api/v1/me').expect(200);
    expect(await storedOf(sessionIdOf(second))).toMatchObject({ revoked_reason: 'too many sessions' });
    const alive = await app.database('sessions').where({ user_id: user.id, revoked_at: null });
    expect(alive).toHaveLength(MOST);
  });

  it('never has more, even when logins come at the same time', async () => {
    const user = await app.register();
    const template = await app.database('sessions').where({ user_id: user.id }).first();
    await app.database('sessions').insert(
      Array.from({ length: MOST - 1 }, (_, index) => ({
        ...template,
        id: `0199f39f-2b41-7c11-9a3e-${String(index).padStart(12, '0')}`,
      })),
    );
    const logins = await Promise.all(Array.from({ length: 8 }, () => logInAgain(app, user)));
    const alive = await app.database('sessions').where({ user_id: user.id, revoked_at: null }).pluck('id');
    expect(alive).toHaveLength(MOST);
    for (const login of logins) expect(alive).toContain(sessionIdOf(login));
  });

  it('forgets sessions that are over at the next login', async () => {
    const user = await app.register();
    app.advance(91 * DAY);
    await logInAgain(app, user);
    expect(await app.database('sessions').where({ user_id: user.id })).toHaveLength(1);
    expect(await app.database('refresh_tokens').where({ user_id: user.id })).toHaveLength(1);
  });
});
