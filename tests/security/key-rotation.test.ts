/** TK3: one secret takes the place of another, and nobody notices. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const OLD = 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA';
const NEW = 'zT5nW8qB1xE6uJ3yM9rK0oV4hC7lS2iD';
const SECOND = 1000;

/** Servers on one database: as all were, as they are for the time of the change, and as they are afterwards. */
let before: TestApp;
let during: TestApp;
let after: TestApp;
/** Knows of the new secret, and does not use it yet. */
let early: TestApp;
beforeAll(async () => {
  before = await createTestApp({ JWT_SECRET: OLD });
  const DATABASE_URL = before.config.database.url ?? '';
  early = await createTestApp({ DATABASE_URL, JWT_SECRET: OLD, JWT_SECRET_PREVIOUS: NEW });
  during = await createTestApp({ DATABASE_URL, JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD });
  after = await createTestApp({ DATABASE_URL, JWT_SECRET: NEW });
});
afterAll(async () => {
  for (const app of [after, during, early, before]) await app.close();
});

let user: TestUser;
beforeEach(async () => {
  user = await before.register();
});

const me = (app: TestApp, access_token: string) =>
  app.as({ authorization: `Bearer ${access_token}` }).get('/api/v1/me');
const refresh = (app: TestApp, refresh_token: string) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

describe('TK3 an access token', () => {
  it('names its key in a way that tells nothing of it', async () => {
    const next = (await refresh(during, user.tokens.refresh_token).expect(200)).body;
    const kids = [user.tokens, next].map(({ access_token }) => headerOf(access_token).kid);
    for (const kid of kids) expect(kid).toMatch(/^[\w-]{12}$/);
    expect(kids[0]).not.toBe(kids[1]);
    const forms = [OLD, NEW].flatMap((key) => [key, Buffer.from(key).toString('base64url')]);
    for (const kid of kids) for (const form of forms) expect(form).not.toContain(kid);
  });

  it('of the previous secret is good during the overlap, until it expires', async () => {
    const { access_token } = user.tokens;
    await me(during, access_token).expect(200);
    await me(early, access_token).expect(200);
    const refused = await me(after, access_token).expect(401);
    expect(refused.body.code).toBe('unauthenticated');
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
    during.advance(901 * SECOND);
    await me(during, access_token).expect(401);
    during.advance(-901 * SECOND);
  });

  it('is signed with the new secret, and good where that is known', async () => {
    const { access_token } = (await refresh(during, user.tokens.refresh_token).expect(200)).body;
    for (const app of [during, early, after]) await me(app, access_token).expect(200);
    await me(before, access_token).expect(401);
  });
});

describe('a session', () => {
  it('goes on with the new secret, overlap or not: refresh tokens are random', async () => {
    const next = (await refresh(during, user.tokens.refresh_token).expect(200)).body;
    const last = (await refresh(after, next.refresh_token).expect(200)).body;
    await me(after, last.access_token).expect(200);
  });

  it('survives that an answer gets lost across the change, in either direction', async () => {
    for (const [first, second] of [
      [before, during],
      [during, early],
      [early, during],
      [before, early],
    ] as const) {
      const own = await before.register();
      const lost = (await refresh(first, own.tokens.refresh_token).expect(200)).body;
      const again = (await refresh(second, own.tokens.refresh_token).expect(200)).body;
      expect(again.refresh_token).toBe(lost.refresh_token);
      await refresh(second, again.refresh_token).expect(200);
    }
  });

  it('still ends when a token is used again across the change', async () => {
    const next = (await refresh(before, user.tokens.refresh_token).expect(200)).body;
    await refresh(during, next.refresh_token).expect(200);
    await refresh(during, user.tokens.refresh_token).expect(401);
    await refresh(during, next.refresh_token).expect(401);
  });
});

describe('a cursor', () => {
  it('of the previous secret leads on during the overlap, and not afterwards', async () => {
    for (const title of ['one', 'two', 'three']) await createTask(before, user, { title });
    const list = async (app: TestApp, token: string, cursor = '') =>
      app
        .as({ authorization: `Bearer ${token}` })
        .get(`/api/v1/tasks?size=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    const first = (await list(before, user.tokens.access_token)).body;
    const second = await list(during, user.tokens.access_token, first.next_cursor);
    expect(second.status).toBe(200);
    const { access_token } = (await refresh(during, user.tokens.refresh_token).expect(200)).body;
    expect((await list(after, access_token, second.body.next_cursor)).status).toBe(200);
    expect((await list(after, access_token, first.next_cursor)).status).toBe(422);
  });
});
