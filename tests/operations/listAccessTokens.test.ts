import { setTimeout as sleep } from 'node:timers/promises';
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
const list = async (user: TestUser) => (await app.as(user).get(PATH).expect(200)).body.items;
const use = (token: { readonly authorization: string }) => app.as(token).get('/api/v1/tasks').expect(200);

/** The use is written beside the request, so it may come a moment later. */
async function lastUse(user: TestUser, isThere: (at: string | null) => boolean): Promise<string | null> {
  for (let round = 0; ; round += 1) {
    const [{ last_used_at: at }] = await list(user);
    if (isThere(at) || round === 200) return at;
    await sleep(10);
  }
}

describe('GET /api/v1/me/tokens', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    const reader = await limitedTo(app, await app.register(), 'profile:read tasks:read');
    expect((await app.as(reader).get(PATH).expect(403)).body.code).toBe('insufficient_scope');
  });

  it('answers 422 to a query', async () => {
    await app
      .as(await app.register())
      .get(`${PATH}?page=1`)
      .expect(422);
  });

  it('lists the own tokens, the newest first, and nobody else’s', async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    expect(await list(user)).toEqual([]);
    await createToken(app, stranger);
    const first = await createToken(app, user, { name: 'First' });
    const second = await createToken(app, user, { name: 'Second', scopes: ['tasks:write', 'profile:read'] });
    expect(await list(user)).toEqual([
      expect.objectContaining({ id: second.id, name: 'Second', scopes: ['tasks:write', 'profile:read'] }),
      expect.objectContaining({ id: first.id, name: 'First', prefix: first.token.slice(0, 11) }),
    ]);
  });

  it('lists one that has expired, and none that is revoked', async () => {
    const user = await app.register();
    const expiring = await createToken(app, user, {
      expires_at: new Date(Date.now() + 60_000).toISOString(),
    });
    const revoked = await createToken(app, user);
    await app.as(user).delete(`${PATH}/${revoked.id}`).expect(204);
    app.advance(61_000);
    expect(await list(user)).toEqual([expect.objectContaining({ id: expiring.id })]);
  });

  it('tells when a token was used last, give or take a minute', async () => {
    const user = await app.register();
    const token = await createToken(app, user);
    expect(await lastUse(user, () => true)).toBeNull();
    await use(token);
    const first = await lastUse(user, (at) => at !== null);
    expect(first).not.toBeNull();
    // Within a minute nothing is written, however often it is read anew; after it, it is.
    for (let round = 0; round < 3; round += 1) {
      app.advance(15_000);
      await use(token);
    }
    await sleep(100);
    expect(await lastUse(user, () => true)).toBe(first);
    app.advance(16_000);
    await use(token);
    const second = await lastUse(user, (at) => at !== first);
    expect(Date.parse(second ?? '') - Date.parse(first ?? '')).toBeGreaterThanOrEqual(60_000);
  });
});
