import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailedToken, queuedMails } from '../setup/mailed-tokens.ts';
import { comparable } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const verify = (token: string) => app.anonymous.post('/api/v1/auth/email/verify').send({ token });
const me = async (user: TestUser) => (await app.as(user).get('/api/v1/me').expect(200)).body;
const faults = (code: string) => [expect.objectContaining({ pointer: '/token', code })];

describe('POST /api/v1/auth/email/verify', () => {
  it('needs no access token and is not bothered by a bad one', async () => {
    const user = await app.register();
    const token = await mailedToken(app, user, 'verify_email');
    await verify(token).set('Authorization', 'Bearer garbage').expect(204);
  });

  it('answers 422 to what is no body of it', async () => {
    for (const body of [
      {},
      { token: '' },
      { token: 1 },
      { token: 'é' },
      { token: 'x', email: 'a@b.example' },
    ]) {
      await app.anonymous.post('/api/v1/auth/email/verify').send(body).expect(422);
    }
  });

  it('answers 422 alike to tokens that are unknown, malformed, of somebody else, used or for something else', async () => {
    const [user, other] = [await app.register(), await app.register()];
    const [owner, secret] = (await mailedToken(app, user, 'verify_email')).split('.');
    const [otherOwner] = other.tokens.refresh_token.split('.');
    const used = await mailedToken(app, other, 'verify_email');
    await verify(used).expect(204);
    const answers = [];
    for (const token of [
      `${owner}.${'A'.repeat(43)}`,
      `${otherOwner}.${secret}`,
      `AZqvLVQhfiCBk0Yqz3Y5uw.${secret}`,
      'nonsense',
      `${owner}.${secret}.`,
      user.tokens.refresh_token,
      await mailedToken(app, user, 'reset_password'),
      used,
    ]) {
      answers.push(await verify(token).expect(422));
    }
    for (const { body } of answers) expect(body.errors).toEqual(faults('invalid'));
    expect(new Set(answers.map(comparable)).size).toBe(1);
    expect((await me(user)).email_verified).toBe(false);
  });

  it('answers 422 to a token whose time is over, and says that it is', async () => {
    const user = await app.register();
    const token = await mailedToken(app, user, 'verify_email', { life: -1 });
    expect((await verify(token).expect(422)).body.errors).toEqual(faults('expired'));
  });

  it('answers 422 when the account has another address by now, or is disabled', async () => {
    const user = await app.register();
    const token = await mailedToken(app, user, 'verify_email');
    const change = await mailedToken(app, user, 'change_email', { email: `moved-${user.email}` });
    await verify(change).expect(204);
    expect((await verify(token).expect(422)).body.errors).toEqual(faults('invalid'));

    const disabled = await app.register();
    const late = await mailedToken(app, disabled, 'verify_email');
    await app.database('users').where({ id: disabled.id }).update({ disabled_at: new Date().toISOString() });
    expect((await verify(late).expect(422)).body.errors).toEqual(faults('invalid'));
  });

  it('answers 409 when somebody else has the new address by now, and changes nothing', async () => {
    const [user, other] = [await app.register(), await app.register()];
    const token = await mailedToken(app, user, 'change_email', { email: other.email.toUpperCase() });
    const { body } = await verify(token).expect(409);
    expect(body.code).toBe('email_taken');
    expect((await me(user)).email).toBe(user.email);
    expect((await me(other)).email).toBe(other.email);
    // What was rolled back can be done once the address is free.
    await verify(await mailedToken(app, other, 'change_email', { email: `gone-${other.email}` })).expect(204);
    await verify(token).expect(204);
    expect((await me(user)).email).toBe(other.email.toUpperCase());
  });

  it('answers 204 and proves the address, for the next request to see', async () => {
    const user = await app.register();
    const before = await me(user);
    await verify(await mailedToken(app, user, 'verify_email')).expect(204);
    const after = await me(user);
    expect(after).toEqual({ ...before, email_verified: true, updated_at: after.updated_at });
    const response = await app.as(user).get('/api/v1/me');
    expect(response.headers.etag).toBe('"2"');
  });

  it('moves the account to a new address, keeps its sessions and tells the old address', async () => {
    const user = await app.register();
    const email = `Moved-${user.email}`;
    await verify(await mailedToken(app, user, 'change_email', { email })).expect(204);
    expect(await me(user)).toMatchObject({ email, email_verified: true });
    const addresses = await app.database('user_emails').where({ user_id: user.id }).pluck('email_norm');
    expect(addresses).toEqual([email.toLowerCase()]);
    expect(await queuedMails(app, user)).toEqual(['verification', 'emailChanged']);
    await app.anonymous
      .post('/api/v1/auth/refresh')
      .send({ refresh_token: user.tokens.refresh_token })
      .expect(200);
  });

  it('changes the case of an address', async () => {
    const user = await app.register();
    const email = user.email.toUpperCase();
    await verify(await mailedToken(app, user, 'change_email', { email })).expect(204);
    expect((await me(user)).email).toBe(email);
  });
});
