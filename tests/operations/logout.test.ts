import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const logout = (refresh_token: string) => app.anonymous.post('/api/v1/auth/logout').send({ refresh_token });
const refresh = (refresh_token: string) => app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });

describe('POST /api/v1/auth/logout', () => {
  it('answers 204 to tokens that are unknown, malformed or of somebody else, and ends nothing', async () => {
    const user = await app.register();
    const [owner, secret] = user.tokens.refresh_token.split('.');
    const stranger = (await app.register()).tokens.refresh_token.split('.')[0];
    for (const token of [
      'nonsense',
      `${owner}.${'A'.repeat(43)}`,
      `${stranger}.${secret}`,
      user.tokens.access_token.slice(0, 200),
    ]) {
      const response = await logout(token).expect(204);
      expect(response.text).toBe('');
    }
    await app.as(user).get('/api/v1/me').expect(200);
    await refresh(user.tokens.refresh_token).expect(200);
  });

  it('ends the session: its access token and its refresh token stop working at once', async () => {
    const user = await app.register();
    await app.as(user).get('/api/v1/me').expect(200);
    const response = await logout(user.tokens.refresh_token).expect(204);
    expect(response.headers['cache-control']).toBe('no-store');
    const refused = await app.as(user).get('/api/v1/me').expect(401);
    expect(refused.body.detail).toBe('The session has ended.');
    await refresh(user.tokens.refresh_token).expect(401);
    const session = await app.database('sessions').where({ user_id: user.id }).first();
    expect(session).toMatchObject({ revoked_at: expect.any(String), revoked_reason: 'logout' });
  });

  it('answers 204 again, and keeps what was noted the first time', async () => {
    const user = await app.register();
    await logout(user.tokens.refresh_token).expect(204);
    const before = await app.database('sessions').where({ user_id: user.id });
    app.advance(1000);
    await logout(user.tokens.refresh_token).expect(204);
    expect(await app.database('sessions').where({ user_id: user.id })).toEqual(before);
  });

  it('leaves the other sessions of the user alone', async () => {
    const user = await app.register();
    const other = await limitedTo(app, user, 'profile:read');
    await logout(user.tokens.refresh_token).expect(204);
    await app.as(user).get('/api/v1/me').expect(401);
    await app.as(other).get('/api/v1/me').expect(200);
    await refresh(other.tokens.refresh_token).expect(200);
  });

  it('ends the session for a token that has been used already', async () => {
    const user = await app.register();
    const { body } = await refresh(user.tokens.refresh_token).expect(200);
    await logout(user.tokens.refresh_token).expect(204);
    await refresh(body.refresh_token).expect(401);
    await app
      .as({ authorization: `Bearer ${body.access_token}` })
      .get('/api/v1/me')
      .expect(401);
  });

  it('needs no access token, and does not look at one', async () => {
    const user = await app.register();
    await logout(user.tokens.refresh_token).set('Authorization', 'Bearer garbage').expect(204);
    await app.as(user).get('/api/v1/me').expect(401);
  });

  it('ends the session when it races a refresh', async () => {
    const user = await app.register();
    const [, refreshed] = await Promise.all([
      logout(user.tokens.refresh_token).expect(204),
      refresh(user.tokens.refresh_token),
    ]);
    expect([200, 401]).toContain(refreshed.status);
    const newest = refreshed.body.refresh_token ?? user.tokens.refresh_token;
    await refresh(newest).expect(401);
  });
});
