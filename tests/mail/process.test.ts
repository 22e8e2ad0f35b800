/** The process as an operator runs it: mails in files, a database of its own, an orderly end. */
import { readFile } from 'node:fs/promises';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/knex.ts';
import { migrateUp } from '../../src/db/migrations.ts';
import { linkIn, openMailbox, tokenIn } from '../setup/mailbox.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { type ServiceProcess, startServiceProcess, temporaryFolder } from '../setup/service-process.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

const EMAIL = 'canary-address@example.com';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let testDatabase: TestDatabase;
let service: ServiceProcess | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  testDatabase = await createTestDatabase();
});
afterEach(async () => {
  await service?.destroy();
  await testDatabase.drop();
  await folder.remove();
});

const start = (
  environment: Readonly<Record<string, string>> = {},
  url = testDatabase.url,
): ServiceProcess => {
  service = startServiceProcess({ DATABASE_URL: url, DATA_DIR: folder.path, JWT_SECRET, ...environment });
  return service;
};

const post = (origin: string, path: string, body: object): Promise<Response> =>
  fetch(`${origin}/api/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const register = (origin: string) =>
  post(origin, 'register', { email: EMAIL, password: 'correct horse battery' });

it('writes a mail to a file that the log names, and ends at once when it is told to', async () => {
  const running = start({ LOG_LEVEL: 'trace' });
  const { origin } = await running.ready();
  expect((await register(origin)).status).toBe(201);
  const { file } = await running.logged('mail written, because SMTP_URL is not set');
  const mail = await PostalMime.parse(await readFile(String(file)));
  expect(linkIn(mail).pathname).toBe('/verify-email');
  expect((await post(origin, 'email/verify', { token: tokenIn(mail) })).status).toBe(204);

  running.signal('SIGTERM');
  expect(await running.ended()).toMatchObject({ code: 0 });
  const { stdout, stderr } = running.output;
  for (const secret of [tokenIn(mail), String(tokenIn(mail).split('.')[1]), EMAIL]) {
    expect(stdout + stderr).not.toContain(secret);
  }
});

it('gets by with one connection, and without anything that a transaction pooler does not have', async () => {
  const mailbox = await openMailbox();
  const running = start({ SMTP_URL: mailbox.url, DATABASE_POOL_MAX: '1', DATABASE_PREPARE: 'false' });
  const { origin } = await running.ready();
  expect((await register(origin)).status).toBe(201);
  const mail = await mailbox.take(EMAIL);
  expect((await post(origin, 'email/verify', { token: tokenIn(mail) })).status).toBe(204);
  await mailbox.close();
});

it('serves while there are no tables for jobs, and works on them when there are', async () => {
  const empty = await createTestDatabase({ empty: true });
  const running = start({}, empty.url);
  const { origin } = await running.ready();
  await running.logged('jobs are not worked on yet');
  expect((await fetch(`${origin}/health/live`)).status).toBe(200);
  const database = openDatabase({ url: empty.url, poolMax: 1, prepare: PREPARE });
  await migrateUp(database);
  await database.destroy();
  expect((await register(origin)).status).toBe(201);
  await running.logged('mail written, because SMTP_URL is not set');
  await running.destroy();
  await empty.drop();
});

it('warns at a start in production that nobody gets a mail', async () => {
  const running = start({ NODE_ENV: 'production', BCRYPT_COST: '12' });
  await running.ready();
  const { level } = await running.logged(
    'SMTP_URL is not set: nobody gets a mail, they are written to files instead',
  );
  expect(level).toBe('warn');
});
