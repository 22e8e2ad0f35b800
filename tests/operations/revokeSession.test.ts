import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { comparable, limitedTo, logInAgain, sessionIdOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const pathOf = (user: TestUser): string => `/api/v1/me/sessions/${sessionIdOf(user)}`;
const refresh = ({ tokens }: TestUser) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: tokens.refresh_token });

describe('DELETE /api/v1/me/sessions/{session_id}', () => {
  it('answers 401 without an access token', async () => {
    await app.anonymous.delete(pathOf(await app.register())).expect(401);
  });

  it('answers 403 without the scope', async () => {
    const user = await app.register();
    const limited = await limitedTo(app, user, 'profile:write');
    await app.as(limited).delete(pathOf(user)).expect(403);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('answers 422 to an id that is none, 400 to a path that can not be read', async () => {
    const user = await app.register();
    const { body } = await app.as(user).delete('/api/v1/me/sessions/1').expect(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ parameter: 'session_id', code: 'format' }));
    await app.as(user).delete('/api/v1/me/sessions/%zz').expect(400);
  });

  it("answers 404 alike to somebody else's session and to none, and ends nothing (TK11)", async () => {
    const [user, other] = [await app.register(), await app.register()];
    const foreign = await app.as(user).delete(pathOf(other)).expect(404);
    const absent = await app.as(user).delete(`/api/v1/me/sessions/${ABSENT_ID}`).expect(404);
    expect(comparable(foreign).replace(sessionIdOf(other), ABSENT_ID)).toBe(comparable(absent));
    await app.as(other).get('/api/v1/me').expect(200);
    await refresh(other).expect(200);
  });

  it('answers 404 to one that has ended', async () => {
    const user = await app.register();
    const ended = await logInAgain(app, user);
    await app.as(user).delete(pathOf(ended)).expect(204);
    await app.as(user).delete(pathOf(ended)).expect(404);
    const expired = await logInAgain(app, user);
    await app
      .database('sessions')
      .where({ id: sessionIdOf(expired) })
      .update({ expires_at: new Date() });
    await app.as(user).delete(pathOf(expired)).expect(404);
  });

  it('ends it at once, its refresh token and its access tokens, and no other', async () => {
    const user = await app.register();
    const lost = await logInAgain(app, user);
    await app.as(lost).get('/api/v1/me').expect(200);
    const response = await app.as(user).delete(pathOf(lost)).expect(204);
    expect(response.text).toBe('');
    await app.as(lost).get('/api/v1/me').expect(401);
    await refresh(lost).expect(401);
    await app.as(user).get('/api/v1/me').expect(200);
    await refresh(user).expect(200);
    const stored = await app
      .database('sessions')
      .where({ id: sessionIdOf(lost) })
      .first();
    expect(stored).toMatchObject({ revoked_at: expect.any(String), revoked_reason: 'revoked by the user' });
  });

  it('ends the one that asks as well', async () => {
    const user = await app.register();
    await app.as(user).delete(pathOf(user)).expect(204);
    await app.as(user).get('/api/v1/me').expect(401);
    await refresh(user).expect(401);
  });
});
