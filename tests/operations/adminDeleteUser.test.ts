import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { limitedTo, registerAdmin, storedTask, storedUser, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const pathOf = ({ id }: Pick<TestUser, 'id'>) => `/api/v1/admin/users/${id}`;
const remove = (user: Pick<TestUser, 'id'>, caller = admin) => app.as(caller).delete(pathOf(user));

describe('DELETE /api/v1/admin/users/{user_id}', () => {
  it('answers 401 without a token, 403 without the role or the scope, and removes nothing', async () => {
    const user = await app.register();
    await app.anonymous.delete(pathOf(user)).expect(401);
    expect((await remove(user, user).expect(403)).body.code).toBe('insufficient_role');
    const reader = await limitedTo(app, admin, 'users:read');
    expect((await remove(user, reader).expect(403)).body.code).toBe('insufficient_scope');
    expect(await storedUser(app, user)).toBeDefined();
  });

  it('answers 422 to an id that is none, and 404 to one that no account has', async () => {
    await remove({ id: 'me' }).expect(422);
    await remove({ id: ABSENT_ID }).expect(404);
  });

  it('answers 412 with the account as it is when If-Match names another version', async () => {
    const user = await app.register();
    const { body } = await remove(user).set('If-Match', '"2"').expect(412);
    expect(body.current).toEqual(user.tokens.user);
    await remove(user).set('If-Match', '"1"').expect(204);
  });

  it('removes the account with all that belongs to it, and its tokens are worth nothing at once', async () => {
    const { user, task } = await userWithTask(app);
    const { task: another } = await userWithTask(app);
    await app.as(user).get('/api/v1/me').expect(200);
    const answer = await remove(user).expect(204);
    expect(answer.text).toBe('');
    expect(await storedUser(app, user)).toBeUndefined();
    expect(await storedTask(app, task.id)).toBeUndefined();
    expect(await storedTask(app, another.id)).toBeDefined();
    await app.as(user).get('/api/v1/me').expect(401);
    const { refresh_token } = user.tokens;
    await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token }).expect(401);
    await remove(user).expect(404);
    await app.register({ email: user.email });
  });

  it('answers 409 for the last admin, and lets an admin go who is not the last', async () => {
    const alone = await createTestApp();
    try {
      const [first, second] = [await registerAdmin(alone), await registerAdmin(alone)];
      await alone.as(first).delete(pathOf(first)).expect(204);
      const { body } = await alone.as(second).delete(pathOf(second)).expect(409);
      expect(body.code).toBe('last_admin');
      expect(await storedUser(alone, second)).toMatchObject({ role: 'admin', disabled_at: null });
    } finally {
      await alone.close();
    }
  });
});
