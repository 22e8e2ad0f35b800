/** The process with a database of the operator's, and `npm run migrate`. */
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../setup/ports.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import {
  endEmbedded,
  runProcess,
  SERVICE_ENVIRONMENT,
  type ServiceProcess,
  startServiceProcess,
  temporaryFolder,
  until,
} from '../setup/service-process.ts';
import { addressOf, createTcpProxy, throughPort } from '../setup/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';

let migrated: TestDatabase;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  migrated = await createTestDatabase();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await migrated.drop();
  await endEmbedded(folder.path);
  await folder.remove();
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function start(environment: Readonly<Record<string, string>>): ServiceProcess {
  const service = startServiceProcess({ JWT_SECRET, ...environment });
  cleanups.push(service.destroy);
  return service;
}

/** `npm run migrate -- <arguments>`, to its end. */
async function migrate(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const script = runProcess('scripts/migrate.ts', environment, { args });
  cleanups.push(script.destroy);
  const { code } = await script.ended();
  return { code, ...script.output };
}

async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase({ empty: true });
  cleanups.push(database.drop);
  return database.url;
}

const get = async (origin: string, path: string) => {
  const answer = await fetch(origin + path);
  return { status: answer.status, retryAfter: answer.headers.get('Retry-After'), body: await answer.json() };
};
const UNAVAILABLE = { status: 503, retryAfter: '1', body: expect.objectContaining({ code: 'unavailable' }) };

describe('a database that is away', () => {
  it('keeps the server alive but not ready, until it appears', async () => {
    const port = await freePort();
    const service = start({ DATABASE_URL: throughPort(migrated.url, port), METRICS_PORT: '0' });
    const { origin, line } = await service.ready();
    const metrics = await fetch(`http://127.0.0.1:${line.metricsPort}/metrics`);
    expect(await metrics.text()).toContain('http_request_duration_seconds');
    expect(await get(origin, '/health/live')).toMatchObject({ status: 200 });
    expect(await get(origin, '/health/ready')).toMatchObject(UNAVAILABLE);
    expect(await service.logged('the database does not answer yet')).toMatchObject({
      level: 'warn',
      err: { code: 'ECONNREFUSED' },
    });
    // Nothing but lines of JSON, whatever the libraries would like to say.
    const remarks = service.output.stdout.split('\n').filter((text) => text !== '' && !text.startsWith('{'));
    expect(remarks).toEqual([]);
    const password = new URL(migrated.url).password;
    expect(password).not.toBe('');
    expect(service.output.stdout + service.output.stderr).not.toContain(password);

    const proxy = await createTcpProxy(addressOf(migrated.url), port);
    cleanups.push(proxy.close);
    await until(async () => (await get(origin, '/health/ready')).status === 200, 'the server is ready');
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
  });

  it.each([
    ['no such database', { pathname: '/there_is_none' }],
    ['no such user', { username: 'nobody_here' }],
  ])('counts as away when there is %s', async (_what, change) => {
    const { href } = Object.assign(new URL(migrated.url), change);
    const { origin } = await start({ DATABASE_URL: href }).ready();
    expect(await get(origin, '/health/live')).toMatchObject({ status: 200 });
    expect(await get(origin, '/health/ready')).toMatchObject(UNAVAILABLE);
  });

  it('does not hold up a stop, whether it never was there or has vanished', async () => {
    const without = start({ DATABASE_URL: throughPort(migrated.url, await freePort()) });
    await without.ready();
    without.signal('SIGTERM');
    expect(await without.ended()).toMatchObject({ code: 0 });

    const proxy = await createTcpProxy(addressOf(migrated.url));
    cleanups.push(proxy.close);
    const service = start({ DATABASE_URL: throughPort(migrated.url, proxy.port) });
    const { origin } = await service.ready();
    expect(await get(origin, '/health/ready')).toMatchObject({ status: 200 });
    proxy.blackhole();
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
  });
});

describe('a database without the tables', () => {
  it('makes the server not ready, until it is migrated', async () => {
    const url = await emptyDatabase();
    const service = start({ DATABASE_URL: url });
    const { origin } = await service.ready();
    expect(await get(origin, '/health/live')).toMatchObject({ status: 200 });
    const probes = await Promise.all([1, 2, 3, 4].map(() => get(origin, '/health/ready')));
    expect(probes).toMatchObject(probes.map(() => UNAVAILABLE));
    expect(await tableNames(url)).toEqual([]);
    expect(service.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        msg: 'the database lacks migrations: run `taskpact migrate`, or `npm run migrate` in the source',
      }),
    );
    expect(await migrate({ DATABASE_URL: url })).toMatchObject({ code: 0 });
    expect(await get(origin, '/health/ready')).toMatchObject({ status: 200 });
  });
});

/** What is in the database; looking whether it is migrated must not change it. */
async function tableNames(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  await client.end();
  return rows.map(({ name }) => name);
}

describe('an address that is taken', () => {
  it('stops the start with a message that names the variable', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => holder.close());
    const address = holder.address();
    const taken = String(typeof address === 'object' ? address?.port : '');
    for (const variable of ['PORT', 'METRICS_PORT']) {
      const service = start({ DATABASE_URL: migrated.url, [variable]: taken });
      expect(await service.ended()).toMatchObject({ code: 1 });
      expect(service.output.stderr).toBe(
        `Taskpact can't start: 127.0.0.1:${taken} is in use. Set ${variable} to another port.\n`,
      );
    }
  });

  it('or is not ours, likewise', async () => {
    const service = start({ DATABASE_URL: migrated.url, HOST: '192.0.2.1' });
    expect(await service.ended()).toMatchObject({ code: 1 });
    expect(service.output.stderr).toMatch(/^Taskpact can't start: it can't listen on 192\.0\.2\.1:0 .*HOST/);
  });
});

describe('SC2 a setting that is wrong', () => {
  it('stops the start with one line that names it and does not repeat it', async () => {
    const service = start({
      NODE_ENV: 'production',
      DATABASE_URL: migrated.url,
      BCRYPT_COST: '12',
      JWT_SECRET: 'a-short-secret',
    });
    expect(await service.ended()).toMatchObject({ code: 1 });
    expect(service.output.stdout).toBe('');
    expect(service.output.stderr).toMatch(
      /^Taskpact can't start: JWT_SECRET must have at least 32 bytes.*\n$/,
    );
    expect(service.output.stderr).not.toContain('a-short-secret');
  });

  it('does so too when it is only a name in .env that nobody knows', async () => {
    const file = join(folder.path, '.env');
    await writeFile(file, 'JWT_SECERT=a-short-secret\n');
    const service = startServiceProcess({ DATABASE_URL: migrated.url }, { cwd: folder.path });
    cleanups.push(service.destroy, () => rm(file));
    expect(await service.ended()).toMatchObject({ code: 1 });
    expect(service.output.stderr).toBe(
      "Taskpact can't start: JWT_SECERT in .env is not a setting of Taskpact. All of them are in .env.example.\n",
    );
  });
});

describe('npm run migrate', () => {
  it('applies what is missing, says so, and does it once', async () => {
    const environment = { DATABASE_URL: await emptyDatabase() };
    const missing = await migrate(environment, 'status');
    expect(missing).toMatchObject({ code: 2, stdout: expect.stringMatching(/^(missing \d{14}_\w+\S*\n)+$/) });
    const first = await migrate(environment);
    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^(applied \d{14}_\w+\n)+$/),
    });
    expect(first.stdout.split('\n')).toHaveLength(missing.stdout.split('\n').length);
    for (const args of [[], ['up'], ['status']]) {
      expect(await migrate(environment, ...args)).toEqual({
        code: 0,
        stdout: 'The database is up to date.\n',
        stderr: '',
      });
    }
  });

  it('takes back the newest migration; in production only when told so twice', async () => {
    const environment = { DATABASE_URL: await emptyDatabase() };
    await migrate(environment);
    const refused = await migrate({ ...environment, NODE_ENV: 'production' }, 'down');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--yes') });
    const taken = await migrate({ ...environment, NODE_ENV: 'production' }, 'down', '--yes');
    expect(taken).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^took back \d{14}_\w+\n$/),
      stderr: '',
    });
    expect(await migrate(environment, 'down')).toMatchObject({ code: 0 });
    expect((await migrate(environment, 'status')).stdout.trim().split('\n')).toHaveLength(2);
  });

  it('uses the embedded database when no other is given, and stops it afterwards', async () => {
    const environment = { DATA_DIR: folder.path };
    expect(await migrate(environment)).toMatchObject({ code: 0, stderr: '' });
    const service = startServiceProcess({ ...SERVICE_ENVIRONMENT, ...environment });
    cleanups.push(service.destroy);
    await service.ready();
    expect(service.lines.map(({ msg }) => msg)).not.toContain('database migrated');
    // Neither is a running server disturbed.
    expect(await migrate(environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in use by'),
    });
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'a database that is away',
      { DATABASE_URL: 'postgres://someone:s3cr3t@127.0.0.1:1/db' },
      [],
      /ECONNREFUSED/,
    ],
    [
      'a malformed setting',
      { DATABASE_URL: 'mysql://someone:s3cr3t@localhost/db' },
      [],
      /DATABASE_URL must be/,
    ],
    ['an unknown command', { DATABASE_URL: 'postgres://localhost/db' }, ['sideways'], /no command sideways/],
    ['an unknown option', { DATABASE_URL: 'postgres://localhost/db' }, ['--force'], /--force/],
  ])('says in one line what is wrong with %s', async (_name, environment, args, message) => {
    const { code, stdout, stderr } = await migrate(environment, ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Taskpact can't migrate: .+\n$/);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('s3cr3t');
  });
});
