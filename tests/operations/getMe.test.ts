import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me';

describe('GET /api/v1/me', () => {
  it('answers 401 without a token, and once the token has expired', async () => {
    await app.anonymous.get(PATH).expect(401);
    const user = await app.register();
    app.advance(880_000);
    await app.as(user).get(PATH).expect(200);
    app.advance(20_001);
    const response = await app.as(user).get(PATH).expect(401);
    expect(response.body.detail).toBe('The access token has expired.');
  });

  it('answers 401 within ten seconds of the account being disabled, and at once to a token that nobody has used', async () => {
    const [seen, unseen] = [await app.register(), await app.register()];
    await app.as(seen).get(PATH).expect(200);
    await app
      .database('users')
      .whereIn('id', [seen.id, unseen.id])
      .update({ disabled_at: new Date().toISOString() });
    await app.as(unseen).get(PATH).expect(401);
    app.advance(10_000);
    await app.as(seen).get(PATH).expect(401);
  });

  it('answers 401 to the token of an account that is gone', async () => {
    const user = await app.register();
    await app.as(user).get(PATH).expect(200);
    await app.database('users').where({ id: user.id }).delete();
    await app.as(user).get(PATH).expect(401);
  });

  it('answers 403 without the scope', async () => {
    const user = await limitedTo(app, await app.register(), 'profile:write');
    const { body } = await app.as(user).get(PATH).expect(403);
    expect(body.detail).toBe('This operation needs the scope profile:read.');
  });

  it('answers the account as it is stored, and nothing of the password', async () => {
    const user = await app.register({ name: 'Ada Lovelace', timezone: 'Europe/London' });
    const response = await app.as(user).get(PATH).expect(200);
    expect(response.headers.etag).toBe('"1"');
    expect(response.headers['cache-control']).toBe('private, no-cache');
    expect(response.body).toEqual(user.tokens.user);
    expect(response.body).toMatchObject({ id: user.id, name: 'Ada Lovelace', timezone: 'Europe/London' });
    const { password_hash, version, ...row } = await app.database('users').where({ id: user.id }).first();
    expect(response.body).toEqual(row);
    expect(response.text).not.toContain(password_hash);
  });

  it('answers 304 without a body while nothing has changed', async () => {
    const user = await app.register();
    for (const tag of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      const response = await app.as(user).get(PATH).set('If-None-Match', tag).expect(304);
      expect(response.text).toBe('');
      expect(response.headers.etag).toBe('"1"');
    }
    await app.as(user).patch(PATH).send({ name: 'Ada' }).expect(200);
    const changed = await app.as(user).get(PATH).set('If-None-Match', '"1"').expect(200);
    expect(changed.headers.etag).toBe('"2"');
  });

  it('answers HEAD like GET, without the body', async () => {
    const user = await app.register();
    const response = await app.as(user).head(PATH).expect(200);
    expect(response.headers.etag).toBe('"1"');
    expect(response.text).toBeUndefined();
  });
});
