import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo, logInAgain } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/sessions';
const refresh = ({ tokens }: TestUser) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: tokens.refresh_token });

describe('DELETE /api/v1/me/sessions', () => {
  it('answers 401 without an access token', async () => {
    await app.anonymous.delete(PATH).expect(401);
  });

  it('answers 403 without the scope', async () => {
    const user = await app.register();
    await app
      .as(await limitedTo(app, user, 'profile:write'))
      .delete(PATH)
      .expect(403);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('answers 422 to a parameter that there is not', async () => {
    await app
      .as(await app.register())
      .delete(`${PATH}?all=true`)
      .expect(422);
  });

  it("ends all others at once, and neither the one that asks nor anybody else's", async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    const others = [await logInAgain(app, user), await limitedTo(app, user, 'tasks:read profile:read')];
    for (const other of others) await app.as(other).get('/api/v1/me').expect(200);
    const response = await app.as(user).delete(PATH).expect(204);
    expect(response.text).toBe('');
    for (const other of others) {
      await app.as(other).get('/api/v1/me').expect(401);
      await refresh(other).expect(401);
    }
    for (const spared of [user, stranger]) {
      await app.as(spared).get('/api/v1/me').expect(200);
      await refresh(spared).expect(200);
    }
    expect((await app.as(user).get(PATH).expect(200)).body.items).toMatchObject([{ current: true }]);
  });

  it('answers 204 when there is no other', async () => {
    const user = await app.register();
    await app.as(user).delete(PATH).expect(204);
    await app.as(user).delete(PATH).expect(204);
    await app.as(user).get('/api/v1/me').expect(200);
  });
});
