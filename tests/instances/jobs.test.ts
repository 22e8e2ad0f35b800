/** What is left for later is done once, by one of the instances. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../setup/mailbox.ts';
import { until } from '../setup/service-process.ts';
import { type Instance, serveInstances } from './support/instances.ts';
import { register } from './support/requests.ts';

let mailbox: Mailbox;
const instances = serveInstances(3, async () => {
  mailbox = await openMailbox();
  return { SMTP_URL: mailbox.url, MAIL_FROM: 'no-reply@example.com' };
});
afterAll(() => mailbox?.close());

/** Attempts at a job that ended so, of each instance. */
async function attempts(job: string, outcome = 'done'): Promise<number[]> {
  return Promise.all(
    instances.all.map(async ({ metrics }) => {
      const text = await (await fetch(metrics)).text();
      const line = new RegExp(`^job_attempts_total\\{queue="${job}",outcome="${outcome}"\\} (\\d+)$`, 'm');
      return Number(line.exec(text)?.[1] ?? 0);
    }),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

it('each mail is sent once, by whichever instance takes it', async () => {
  const before = sum(await attempts('mail'));
  const users = [];
  for (let index = 0; index < 30; index += 1) users.push(await register(instances.at(index)));
  await until(async () => sum(await attempts('mail')) - before >= users.length, 'all mails are sent');
  // Time for one more, if somebody were about to.
  await sleep(3_000);
  const addresses = mailbox.mails.flatMap(({ envelope }) => envelope.to);
  expect(addresses.toSorted()).toEqual(users.map(({ email }) => email).toSorted());
  const done = await attempts('mail');
  expect(sum(done) - before).toBe(users.length);
  // So they share the work.
  expect(done.filter((count) => count > 0).length).toBeGreaterThan(1);
});

it('nightly work is done once, however many look for it', { timeout: 240_000 }, async () => {
  const nightly = ['housekeeping', 'trash_purge'];
  for (const job of nightly) expect(await attempts(job)).toEqual([0, 0, 0]);
  const { rows } = await instances.client.query('select name from pgboss.schedule order by name');
  expect(rows.map(({ name }) => name)).toEqual(nightly);
  const all = [...instances.all];
  expect(await Promise.all(all.map((instance) => instances.end(instance)))).toEqual([0, 0, 0]);
  // As after a night without a server.
  await instances.client.query(`update pgboss.schedule set created_on = now() - interval '2 days'`);
  await instances.client.query(`update pgboss.version set cron_on = now() - interval '2 days'`);
  while (instances.all.length < all.length) await instances.start();
  // The queues are looked at twice a minute.
  const done = async (): Promise<number[]> =>
    Promise.all(nightly.map(async (job) => sum(await attempts(job))));
  await expect.poll(done, { timeout: 90_000, interval: 500 }).toEqual([1, 1]);
  await sleep(5_000);
  for (const job of nightly) expect((await attempts(job)).toSorted()).toEqual([0, 0, 1]);
  const { rows: left } = await instances.client.query('select id from pgboss.job where name = any($1)', [
    nightly,
  ]);
  expect(left).toEqual([]);
});

it('a mail that an instance was asked for when it ended is sent once as well', async () => {
  const sent = mailbox.mails.length;
  const [leaver] = instances.all as [Instance];
  const asked = Array.from({ length: 10 }, () => register(leaver));
  const users = await Promise.all(asked);
  expect(await instances.end(leaver)).toBe(0);
  await until(() => mailbox.mails.length >= sent + users.length, 'all mails are sent');
  await sleep(3_000);
  const addresses = mailbox.mails.slice(sent).flatMap(({ envelope }) => envelope.to);
  expect(addresses.toSorted()).toEqual(users.map(({ email }) => email).toSorted());
});
