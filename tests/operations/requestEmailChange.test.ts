import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queuedMails } from '../setup/mailed-tokens.ts';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/email';
const ask = (user: TestUser, fields: object = {}) =>
  app
    .as(user)
    .post(PATH)
    .send({ email: `new-${user.email}`, current_password: user.password, ...fields });

describe('POST /api/v1/me/email', () => {
  it('answers 401 without an access token', async () => {
    const response = await app.anonymous.post(PATH).send({ email: 'a@b.example', current_password: 'x' });
    expect([response.status, response.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('answers 403 to a session without the scope', async () => {
    const user = await limitedTo(app, await app.register(), 'tasks:read');
    const { body } = await ask(user).expect(403);
    expect(body.detail).toContain('account:manage');
  });

  it('answers 422 to what is no body of it', async () => {
    const user = await app.register();
    for (const fields of [{ email: 'ada' }, { current_password: '' }, { name: 'x' }]) {
      await ask(user, fields).expect(422);
    }
  });

  it('answers 422 to a wrong password, and sends nothing', async () => {
    const user = await app.register();
    const { body } = await ask(user, { current_password: 'incorrect horse' }).expect(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: '/current_password', code: 'incorrect' }),
    ]);
    expect(await queuedMails(app, user)).toEqual(['verification']);
  });

  it('answers 409 to an account without a password', async () => {
    const user = await app.register();
    await app.database('users').where({ id: user.id }).update({ password_hash: null });
    const { body } = await ask(user).expect(409);
    expect(body.code).toBe('conflict');
  });

  it('answers 202, mails both addresses and changes nothing yet', async () => {
    const user = await app.register();
    const response = await ask(user).expect(202);
    expect(response.text).toBe('');
    expect(await queuedMails(app, user)).toEqual(['verification', 'emailChange', 'emailChangeNotice']);
    expect((await app.as(user).get('/api/v1/me').expect(200)).body.email).toBe(user.email);
  });

  it('answers the same when the address is taken', async () => {
    const [user, other] = [await app.register(), await app.register()];
    await ask(user, { email: other.email }).expect(202);
    expect(await queuedMails(app, user)).toEqual(['verification', 'emailChange', 'emailChangeNotice']);
  });
});
