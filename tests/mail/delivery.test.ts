/** What becomes of an account's mail when the mail server does not do its part. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { discardDeadLetters } from '../../src/jobs/dead-letters.ts';
import { linkIn, type Mailbox, openMailbox, tokenIn } from '../setup/mailbox.ts';
import { freePort } from '../setup/ports.ts';
import { runProcess, until } from '../setup/service-process.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
let port: number;
const opened: Mailbox[] = [];
beforeEach(async () => {
  port = await freePort();
  app = await createTestApp({ SMTP_URL: `smtp://127.0.0.1:${port}` });
  app.startJobs();
});
afterEach(async () => {
  await app.close();
  for (const mailbox of opened.splice(0)) await mailbox.close();
});

async function open(options: Parameters<typeof openMailbox>[0] = {}): Promise<Mailbox> {
  const mailbox = await openMailbox(options, port);
  opened.push(mailbox);
  return mailbox;
}

const jobs = (state: string) => app.database('pgboss.job').where({ name: 'mail', state });
/** The next attempt comes now, not in half a minute. */
const hurry = async () => {
  await until(async () => (await jobs('retry')).length > 0, 'an attempt has failed');
  await jobs('retry').update({ start_after: new Date(0) });
};
const verify = (token: string) => app.anonymous.post('/api/v1/auth/email/verify').send({ token });
const dead = () => app.database('pgboss.job').where({ name: 'dead_letters' });

it('is sent when the mail server is back; nobody had to wait for it', async () => {
  const user = await app.register();
  await hurry();
  const mailbox = await open();
  const mail = await mailbox.take(user.email);
  await verify(tokenIn(mail)).expect(204);
});

it('holds the same link when it has to be sent again', async () => {
  let refused = '';
  const mailbox = await open({
    onData: (stream, _session, done) => {
      stream.on('data', (chunk: Buffer) => {
        refused += chunk.toString();
      });
      stream.on('end', () => done(Object.assign(new Error('later'), { responseCode: 451 })));
    },
  });
  const user = await app.register();
  await until(() => refused !== '', 'a mail is refused');
  await mailbox.close();
  opened.splice(0);
  await hurry();
  const mail = await (await open()).take(user.email);
  expect(refused.replaceAll(/=\r\n/g, '').replaceAll('=3D', '=')).toContain(linkIn(mail).href);
  await verify(tokenIn(mail)).expect(204);
});

it('is a dead letter after the last attempt, from where it can be sent after all', async () => {
  const user = await app.register();
  await hurry();
  await jobs('retry').update({ retry_count: 10, start_after: new Date(0) });
  await until(async () => (await dead()).length === 1, 'the mail is a dead letter');
  const [letter] = await dead();
  expect(Object.keys(letter.data).toSorted()).toEqual(['id', 'mail', 'user_id']);

  const mailbox = await open();
  const script = (command: string) =>
    runProcess('scripts/jobs.ts', { DATABASE_URL: app.config.database.url ?? '' }, { args: [command] });
  const list = script('list');
  expect(await list.ended()).toMatchObject({ code: 0 });
  expect(list.output.stdout).toContain('mail\tdead\t1');
  const retry = script('retry');
  expect(await retry.ended()).toMatchObject({ code: 0 });
  expect(retry.output.stdout).toBe('put back 1\n');
  await verify(tokenIn(await mailbox.take(user.email))).expect(204);
});

it('is a dead letter at once when there is no such mailbox', async () => {
  await open({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('unknown'), { responseCode: 550 })),
  });
  await app.register();
  await until(async () => (await dead()).length === 1, 'the mail is a dead letter');
  expect(await discardDeadLetters(app.database)).toBe(1);
  expect(await dead()).toEqual([]);
});

it('is dropped when the account has gone, and says nothing more of it', async () => {
  const user = await app.register();
  await hurry();
  await app.database.transaction((trx) => app.mails.discard(trx, user));
  expect(await jobs('retry')).toEqual([]);

  const other = await app.register();
  await hurry();
  await app.database('users').where({ id: other.id }).delete();
  const mailbox = await open();
  await until(
    async () => (await app.database('pgboss.job').where({ name: 'mail' })).length === 0,
    'it is done',
  );
  expect(mailbox.mails).toEqual([]);
});
