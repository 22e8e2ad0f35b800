import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queuedMails } from '../setup/mailed-tokens.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const forgot = (body: object) => app.anonymous.post('/api/v1/auth/password/forgot').send(body);

describe('POST /api/v1/auth/password/forgot', () => {
  it('answers 422 to what is no body of it', async () => {
    for (const body of [{}, { email: 'ada@' }, { email: 7 }, { email: 'a@b.example', name: 'x' }]) {
      await forgot(body).expect(422);
    }
  });

  it('answers 202 with nothing in it, and enqueues one mail for the account; the session goes on', async () => {
    const user = await app.register();
    const response = await forgot({ email: user.email.toUpperCase() }).expect(202);
    expect(response.text).toBe('');
    expect(await queuedMails(app, user)).toEqual(['verification', 'passwordReset']);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  it('answers 202 to an address that nobody has', async () => {
    await forgot({ email: 'nobody@example.com' }).expect(202);
  });
});
