import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queuedMails } from '../setup/mailed-tokens.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const resend = (body: object) => app.anonymous.post('/api/v1/auth/email/resend').send(body);

describe('POST /api/v1/auth/email/resend', () => {
  it('answers 422 to what is no body of it', async () => {
    for (const body of [{}, { email: 'ada' }, { email: null }, { email: 'a@b.example', id: 'x' }]) {
      await resend(body).expect(422);
    }
  });

  it('answers 202 with nothing in it, and enqueues one mail for the account', async () => {
    const user = await app.register();
    const response = await resend({ email: user.email.toUpperCase() }).expect(202);
    expect(response.text).toBe('');
    expect(await queuedMails(app, user)).toEqual(['verification', 'verification']);
  });

  it('answers 202 to an address that nobody has', async () => {
    await resend({ email: 'nobody@example.com' }).expect(202);
  });
});
