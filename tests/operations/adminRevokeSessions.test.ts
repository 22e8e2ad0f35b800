import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { limitedTo, registerAdmin, storedUser } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const pathOf = ({ id }: Pick<TestUser, 'id'>) => `/api/v1/admin/users/${id}/sessions`;
const revoke = (user: Pick<TestUser, 'id'>, caller = admin) => app.as(caller).delete(pathOf(user));

describe('DELETE /api/v1/admin/users/{user_id}/sessions', () => {
  it('answers 401 without a token, 403 without the role or the scope, and ends nothing', async () => {
    const user = await app.register();
    await app.anonymous.delete(pathOf(user)).expect(401);
    expect((await revoke(user, user).expect(403)).body.code).toBe('insufficient_role');
    const reader = await limitedTo(app, admin, 'users:read');
    expect((await revoke(user, reader).expect(403)).body.code).toBe('insufficient_scope');
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('answers 422 to an id that is none, and 404 to one that no account has', async () => {
    await revoke({ id: 'me' }).expect(422);
    await revoke({ id: ABSENT_ID }).expect(404);
  });

  it("TK11 ends every session of the account at once, nobody else's, and leaves the account alone", async () => {
    const [user, another] = [await app.register(), await app.register()];
    const second = await limitedTo(app, user, '');
    const before = await storedUser(app, user);
    await revoke(user).expect(204);
    for (const session of [user, second]) {
      await app.as(session).get('/api/v1/me').expect(401);
      const { refresh_token } = session.tokens;
      await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token }).expect(401);
    }
    await app.as(another).get('/api/v1/me').expect(200);
    expect(await storedUser(app, user)).toEqual(before);
    await app
      .as(await limitedTo(app, user, ''))
      .get('/api/v1/me')
      .expect(200);
    await revoke(user).expect(204);
  });

  it('ends the sessions of an admin who asks for that, this one too', async () => {
    const other = await registerAdmin(app);
    await revoke(other, other).expect(204);
    await revoke(other, other).expect(401);
  });
});
