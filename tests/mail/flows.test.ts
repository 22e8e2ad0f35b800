/** Every mail, from the request that causes it through a real SMTP server to where its link leads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn, type Mailbox, openMailbox, tokenIn } from '../setup/mailbox.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const NEW_PASSWORD = 'staple battery correct';

let mailbox: Mailbox;
let app: TestApp;
beforeAll(async () => {
  mailbox = await openMailbox();
  app = await createTestApp({
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Taskpact <tasks@example.com>',
    PUBLIC_URL: 'https://tasks.example.com',
  });
  app.startJobs();
});
afterAll(async () => {
  await app.close();
  await mailbox.close();
});

const post = (path: string, body: object) => app.anonymous.post(`/api/v1/auth/${path}`).send(body);
const login = ({ email }: { email: string }, password: string) => post('login', { email, password });
const me = (user: TestUser) => app.as(user).get('/api/v1/me');

describe('verification', () => {
  it('mails a link at registration that proves the address', async () => {
    const user = await app.register({ name: 'Ada\r\nBcc: eve@example.com' });
    const mail = await mailbox.take(user.email);
    expect(mail.subject).toBe('Confirm your e-mail address');
    expect(linkIn(mail).href).toMatch(/^https:\/\/tasks\.example\.com\/verify-email#token=[\w.-]+$/);
    expect(mail.text).toContain('for 24 hours');
    expect((await me(user).expect(200)).body.email_verified).toBe(false);
    await post('email/verify', { token: tokenIn(mail) }).expect(204);
    expect((await me(user).expect(200)).body.email_verified).toBe(true);
  });

  it('replaces the link when it is asked for again', async () => {
    const user = await app.register();
    const first = await mailbox.take(user.email);
    await post('email/resend', { email: user.email.toUpperCase() }).expect(202);
    const second = await mailbox.take(user.email);
    await post('email/verify', { token: tokenIn(first) }).expect(422);
    await post('email/verify', { token: tokenIn(second) }).expect(204);
  });

  it('sends nothing to an address that is proved', async () => {
    const user = await app.register();
    await post('email/verify', { token: tokenIn(await mailbox.take(user.email)) }).expect(204);
    await post('email/resend', { email: user.email }).expect(202);
    await post('password/forgot', { email: user.email }).expect(202);
    expect((await mailbox.take(user.email)).subject).toBe('Set a new password');
    expect(mailbox.mails.filter(({ envelope }) => envelope.to.includes(user.email))).toEqual([]);
  });
});

describe('a forgotten password', () => {
  it('is set anew by the link, which ends all sessions, proves the address and is told of', async () => {
    const user = await app.register();
    await mailbox.take(user.email);
    await post('password/forgot', { email: user.email }).expect(202);
    const mail = await mailbox.take(user.email);
    expect(linkIn(mail).pathname).toBe('/reset-password');
    expect(mail.text).toContain('for 60 minutes');
    await post('password/reset', { token: tokenIn(mail), password: NEW_PASSWORD }).expect(204);
    await me(user).expect(401);
    await post('refresh', { refresh_token: user.tokens.refresh_token }).expect(401);
    await login(user, user.password).expect(401);
    const { body } = await login(user, NEW_PASSWORD).expect(200);
    expect(body.user.email_verified).toBe(true);
    const told = await mailbox.take(user.email);
    expect(told.subject).toBe('Your password was changed');
    expect(told.html).not.toContain('href');
  });
});

describe('an invitation', () => {
  it('leads an account without a password to one', async () => {
    const user = await app.register();
    await mailbox.take(user.email);
    await app.database('users').where({ id: user.id }).update({ password_hash: null });
    await app.database.transaction((trx) => app.mails.invitation(trx, user));
    const mail = await mailbox.take(user.email);
    expect(mail.subject).toBe('Your Taskpact account');
    expect(mail.text).toContain('for 72 hours');
    await post('password/reset', { token: tokenIn(mail), password: NEW_PASSWORD }).expect(204);
    await login(user, NEW_PASSWORD).expect(200);
  });
});

describe('a change of the address', () => {
  it('happens when the link in the new mailbox is followed; the old one is told twice', async () => {
    const user = await app.register();
    await mailbox.take(user.email);
    const email = `new-${user.email}`;
    const body = { email, current_password: user.password };
    await app.as(user).post('/api/v1/me/email').send(body).expect(202);
    const notice = await mailbox.take(user.email);
    expect(notice.subject).toBe('A change of your e-mail address was asked for');
    expect(notice.raw).not.toContain(email);
    const mail = await mailbox.take(email);
    expect(linkIn(mail).pathname).toBe('/verify-email');
    expect((await me(user).expect(200)).body.email).toBe(user.email);

    await post('email/verify', { token: tokenIn(mail) }).expect(204);
    expect((await me(user).expect(200)).body).toMatchObject({ email, email_verified: true });
    expect((await mailbox.take(user.email)).subject).toBe('Your e-mail address was changed');
    await login(user, user.password).expect(401);
    await login({ email }, user.password).expect(200);
    // The old address is free again.
    await app.register({ email: user.email });
  });
});

describe('every mail', () => {
  it('is text and HTML to one address, marked as automatic, with nothing to load and nothing that tracks', async () => {
    const user = await app.register();
    const mail = await mailbox.take(user.email);
    expect(mail.envelope).toEqual({ from: 'tasks@example.com', to: [user.email] });
    expect(mail.from).toEqual({ name: 'Taskpact', address: 'tasks@example.com' });
    expect(mail.to).toEqual([{ name: '', address: user.email }]);
    expect([mail.cc, mail.bcc, mail.attachments]).toEqual([undefined, undefined, []]);
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
    expect(headers['content-type']).toMatch(/^multipart\/alternative/);
    expect(headers['auto-submitted']).toBe('auto-generated');
    expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
    expect(mail.html).toContain('<html lang="en">');
    expect(mail.html).not.toMatch(/<img|<script|<link|src=|url\(|@import/);
  });
});
