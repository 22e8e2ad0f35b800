/** A server that wants every address to be proved (`REQUIRE_EMAIL_VERIFICATION`). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contract } from '../setup/contract.ts';
import { mailedToken } from '../setup/mailed-tokens.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });
});
afterAll(() => app.close());

it('lets an account do what the contract says until then, and everything at once afterwards', async () => {
  const user = await app.register();
  expect(contract.components.securitySchemes.bearerAuth['x-unverified-scopes']).toContain('profile:read');
  await app.as(user).get('/api/v1/me').expect(200);
  await app.as(user).patch('/api/v1/me').send({ name: 'Ada' }).expect(200);
  for (const request of [
    app.as(user).get('/api/v1/tasks'),
    app.as(user).post('/api/v1/tasks').send({ title: 'Buy milk' }),
  ]) {
    const { status, body, headers } = await request;
    expect([status, body.code]).toEqual([403, 'email_unverified']);
    expect(headers['www-authenticate']).toBe('Bearer realm="taskpact"');
  }
  const token = await mailedToken(app, user, 'verify_email');
  await app.anonymous.post('/api/v1/auth/email/verify').send({ token }).expect(204);
  await app.as(user).post('/api/v1/tasks').send({ title: 'Buy milk' }).expect(201);
});

it('lets an account correct an address that was misspelt', async () => {
  const user = await app.register();
  const body = { email: `right-${user.email}`, current_password: user.password };
  await app.as(user).post('/api/v1/me/email').send(body).expect(202);
  const token = await mailedToken(app, user, 'change_email', { email: body.email });
  await app.anonymous.post('/api/v1/auth/email/verify').send({ token }).expect(204);
  await app.as(user).get('/api/v1/tasks').expect(200);
});
