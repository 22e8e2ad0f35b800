import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { limitedTo, registerAdmin, userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const pathOf = ({ id }: Pick<TestUser, 'id'>) => `/api/v1/admin/users/${id}`;

describe('GET /api/v1/admin/users/{user_id}', () => {
  it('answers 401 without a token, and 403 without the role or the scope, even about oneself', async () => {
    const user = await app.register();
    await app.anonymous.get(pathOf(user)).expect(401);
    expect((await app.as(user).get(pathOf(user)).expect(403)).body.code).toBe('insufficient_role');
    const limited = await limitedTo(app, admin, 'users:write');
    expect((await app.as(limited).get(pathOf(user)).expect(403)).body.code).toBe('insufficient_scope');
  });

  it('answers 422 to an id that is none', async () => {
    const { body } = await app.as(admin).get('/api/v1/admin/users/me').expect(422);
    expect(body.errors[0].parameter).toBe('user_id');
  });

  it('answers 404 to an id that no account has', async () => {
    const { body } = await app
      .as(admin)
      .get(pathOf({ id: ABSENT_ID }))
      .expect(404);
    expect(body.code).toBe('not_found');
  });

  it('answers the account as its user sees it, and nothing of what belongs to it', async () => {
    const { user } = await userWithTask(app, { title: 'A secret of the user' });
    const response = await app.as(admin).get(pathOf(user)).expect(200);
    expect(response.body).toEqual(user.tokens.user);
    expect(response.text).not.toContain('secret');
  });

  it('answers 304 to the entity tag that it gave', async () => {
    const user = await app.register();
    const { headers } = await app.as(admin).get(pathOf(user)).expect(200);
    const again = await app
      .as(admin)
      .get(pathOf(user))
      .set('If-None-Match', String(headers.etag))
      .expect(304);
    expect(again.text).toBe('');
    await app.as(user).patch('/api/v1/me').send({ name: 'Ada' }).expect(200);
    const changed = await app.as(admin).get(pathOf(user)).set('If-None-Match', String(headers.etag));
    expect([changed.status, changed.headers.etag]).toEqual([200, '"2"']);
  });
});
