/** Tokens that travel by mail, after the checklist: AN7, AN12, TK4. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox, tokenIn } from '../setup/mailbox.ts';
import { mailedToken, queuedMails } from '../setup/mailed-tokens.ts';
import { comparable } from '../setup/scenes.ts';
import { until } from '../setup/service-process.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const MINUTE = 60_000;
const PASSWORD = 'staple battery correct';

let mailbox: Mailbox;
let app: TestApp;
beforeAll(async () => {
  mailbox = await openMailbox();
  app = await createTestApp({ SMTP_URL: mailbox.url });
});
afterAll(async () => {
  await app.close();
  await mailbox.close();
});

const post = (path: string, body: object) => app.anonymous.post(`/api/v1/auth/${path}`).send(body);
const reset = (token: string) => post('password/reset', { token, password: PASSWORD });

describe('AN7: whether an address is known', () => {
  /** The statements that a request causes, without their values. */
  async function statementsOf(path: string, email: string): Promise<string[]> {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }): void => void statements.push(sql);
    app.database.on('query', note);
    await post(path, { email }).expect(202);
    app.database.off('query', note);
    return statements;
  }

  it.each(['password/forgot', 'email/resend'])(
    'is not told by the answer of %s, nor by its work',
    async (path) => {
      const user = await app.register();
      const disabled = await app.register();
      await app
        .database('users')
        .where({ id: disabled.id })
        .update({ disabled_at: new Date().toISOString() });
      const addresses = [user.email, disabled.email, 'nobody@example.com'];
      const answers = [];
      for (const email of addresses) answers.push(await post(path, { email }).expect(202));
      const headers = answers.map((answer) => Object.keys(answer.headers).toSorted().join());
      expect(new Set(headers).size).toBe(1);
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['']));

      const work: string[][] = [];
      for (const email of addresses) work.push(await statementsOf(path, email));
      const [known = [], ...others] = work;
      expect(known.some((sql) => sql.includes('pgboss.job'))).toBe(true);
      for (const statements of others) expect(statements).toEqual(known);
    },
  );

  it('is not told by a token: one of an unknown account is refused like a wrong one', async () => {
    const user = await app.register();
    const [owner, secret] = (await mailedToken(app, user, 'reset_password')).split('.');
    const wrong = await reset(`${owner}.${'A'.repeat(43)}`);
    const unknown = await reset(`AZqvLVQhfiCBk0Yqz3Y5uw.${secret}`);
    expect([wrong.status, comparable(wrong)]).toEqual([422, comparable(unknown)]);
  });
});

describe('AN12: a token', () => {
  it.each(['email/verify', 'password/reset'])(
    'is used by one of twenty who come to %s at once',
    async (path) => {
      const user = await app.register();
      const purpose = path === 'email/verify' ? 'verify_email' : 'reset_password';
      const token = await mailedToken(app, user, purpose);
      const body = path === 'email/verify' ? { token } : { token, password: PASSWORD };
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(path, body)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      // Not more than so many are hashed at once; the others are asked to come again.
      expect(statuses.filter((status) => ![204, 422, 503].includes(status))).toEqual([]);
      await post(path, body).expect(422);
    },
  );

  it('is for its user, its purpose and its address', async () => {
    const [user, other] = [await app.register(), await app.register()];
    const [, secret] = (await mailedToken(app, user, 'reset_password')).split('.');
    const [owner] = (await mailedToken(app, other, 'reset_password')).split('.');
    await reset(`${owner}.${secret}`).expect(422);
    await reset(await mailedToken(app, user, 'verify_email')).expect(422);
    await reset(await mailedToken(app, user, 'reset_password', { email: 'old@example.com' })).expect(422);
  });

  it('is void when there is a newer one, also of two that are issued at once', async () => {
    const user = await app.register();
    const issued = await Promise.all([1, 2, 3].map(() => mailedToken(app, user, 'reset_password')));
    const answers = [];
    for (const token of issued) answers.push((await reset(token)).status);
    expect(answers.toSorted()).toEqual([204, 422, 422]);
  });

  it.each([
    ['verification', 24 * 60],
    ['passwordReset', 60],
    ['invitation', 72 * 60],
  ] as const)(
    'of the mail %s lives as long as the mail says, from when it is sent',
    async (mail, minutes) => {
      const user = await app.register();
      await app.database('pgboss.job').delete();
      await app.database.transaction((trx) => app.mails[mail](trx, user));
      app.startJobs();
      const sent = await mailbox.take(user.email);
      const words = minutes <= 90 ? `${minutes} minutes` : `${minutes / 60} hours`;
      expect(sent.text).toContain(`for ${words}`);
      const [row] = await app.database('action_tokens').where({ user_id: user.id });
      expect(Date.parse(row.expires_at) - Date.parse(row.created_at)).toBe(minutes * MINUTE);
    },
  );

  it('is not sent for ever: five mails of a kind in an hour are the most', async () => {
    app.startJobs();
    const user = await app.register();
    await mailbox.take(user.email);
    for (let round = 0; round < 7; round += 1)
      await post('password/forgot', { email: user.email }).expect(202);
    await until(async () => (await queuedMails(app, user)).length === 0, 'all are worked off');
    const sent = mailbox.mails.filter(({ envelope }) => envelope.to.includes(user.email));
    expect(sent).toHaveLength(5);
    // The last that was sent is good.
    const statuses = [];
    for (const mail of sent) statuses.push((await reset(tokenIn(mail))).status);
    expect(statuses.toSorted()).toEqual([204, 422, 422, 422, 422]);
  });
});

describe('TK4: a copy of the database', () => {
  /** Every row of every table, the queue's too, as text. */
  async function dump(): Promise<string> {
    const { rows }: { rows: { name: string }[] } = await app.database.raw(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
    );
    const tables = await Promise.all(
      rows.map(({ name }) => app.database.raw(`select to_jsonb(t)::text as row from ${name} t`)),
    );
    return tables.flatMap((table) => table.rows.map(({ row }: { row: string }) => row)).join('\n');
  }

  it('holds no token that could be used, neither before the mail is sent nor after', async () => {
    const user = await app.register();
    const current_password = user.password;
    await app
      .as(user)
      .post('/api/v1/me/email')
      .send({ email: `new-${user.email}`, current_password })
      .expect(202);
    await post('password/forgot', { email: user.email }).expect(202);
    const before = await dump();
    app.startJobs();
    const mails = [
      await mailbox.take(user.email, /Confirm/),
      await mailbox.take(user.email, /password/),
      await mailbox.take(`new-${user.email}`),
    ];
    const after = await dump();
    for (const token of mails.map(tokenIn)) {
      const secret = Buffer.from(String(token.split('.')[1]), 'base64url');
      for (const encoding of ['base64url', 'base64', 'hex', 'latin1'] as const) {
        const text = secret.toString(encoding).replace(/=+$/, '');
        for (const copy of [before, after]) expect(copy.includes(text)).toBe(false);
      }
    }
    // What is looked for would have been found.
    expect(after).toContain(user.email);
    expect(after).toMatch(/"token_hash": "\\\\x[0-9a-f]{64}"/);
  });
});
