import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import pg from 'pg';
import { expect, test } from 'vitest';
import {
  dataFolder,
  isServing,
  query,
  recorder,
  sharedServer,
  start,
  startError,
  until,
  usedDataFolder,
} from './support.ts';

const shared = sharedServer();

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('the first start makes a durable cluster that is closed to everybody else', async () => {
  const { dataDir, layout } = await dataFolder();
  const logger = recorder();
  const server = await start(dataDir, { settings: {}, logger });

  expect(await mode(layout.home)).toBe('700');
  expect(await mode(layout.cluster)).toBe('700');
  expect(await mode(layout.password)).toBe('600');
  expect(await mode(layout.log)).toBe('600');
  expect(await readFile(layout.log, 'utf8')).toContain('ready to accept connections');
  expect(await readFile(layout.owner, 'utf8')).toBe(`${process.pid}\n`);
  expect(JSON.stringify(logger.lines)).not.toContain(new URL(server.url).password);

  const [, , , , socketFolder, address] = (await readFile(`${layout.cluster}/postmaster.pid`, 'utf8')).split(
    '\n',
  );
  expect([socketFolder, address]).toEqual(['', '127.0.0.1']);

  const settings = await query(
    server.url,
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit',
       'data_checksums', 'listen_addresses', 'TimeZone', 'password_encryption',
       'log_parameter_max_length_on_error')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    listen_addresses: '127.0.0.1',
    TimeZone: 'UTC',
    password_encryption: 'scram-sha-256',
    log_parameter_max_length_on_error: '0',
  });
});

test('the application owns its database and is no superuser', async () => {
  const { url, layout } = await shared();

  expect(
    await query(
      url,
      `SELECT current_user AS role, current_database() AS database, rolsuper, rolcreatedb, encoding_name, datlocprovider
       FROM pg_roles, pg_database, pg_encoding_to_char(encoding) AS encoding_name
       WHERE rolname = current_user AND datname = current_database()`,
    ),
  ).toEqual([
    {
      role: 'taskpact',
      database: 'taskpact',
      rolsuper: false,
      rolcreatedb: true,
      encoding_name: 'UTF8',
      datlocprovider: 'b',
    },
  ]);
  await query(url, 'CREATE TABLE t (id int PRIMARY KEY)');
  await query(url, 'CREATE DATABASE another');
  await expect(query(url, `COPY t FROM PROGRAM 'echo 1'`)).rejects.toThrow('permission denied');

  // Its errors are its own business: the server's log, which is outside its care, doesn't repeat them.
  await expect(query(url, `SELECT 'personal'::int`)).rejects.toThrow('personal');
  expect(await readFile(layout.log, 'utf8')).not.toContain('personal');
});

test('text in any language is sorted, folded and searched', async () => {
  const { url } = await shared();
  const [row] = await query(
    url,
    `SELECT lower('ÄÉΩ') AS lower, to_tsvector('simple', 'ÜBER „Straße“ ΑΒΓ—dash 日本語、漢字')::text AS words`,
  );
  expect(row?.lower).toBe('äéω');
  expect(row?.words).toBe(`'dash':4 'straße':2 'über':1 'αβγ':3 '日本語':5 '漢字':6`);
});

test('nobody gets in without the password, nor from another machine', async () => {
  const { url } = await shared();
  for (const user of ['taskpact', 'postgres']) {
    const guess = new URL(url);
    guess.username = user;
    guess.password = 'guess';
    await expect(query(guess.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  }
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal);
  if (outside !== undefined) {
    const socket = connect(Number(new URL(url).port), outside.address);
    await expect(
      new Promise((resolve, reject) => socket.on('connect', resolve).on('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

test('data is there after stop and start, and stopping twice is fine', async () => {
  const { dataDir, layout } = await usedDataFolder();
  const first = await start(dataDir);
  await query(first.url, 'INSERT INTO kept VALUES (43)');
  await Promise.all([first.stop(), first.stop()]);
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null, expected: true });
  expect(await isServing(first.pid, layout)).toBe(false);
  await expect(stat(layout.owner)).rejects.toMatchObject({ code: 'ENOENT' });

  const second = await start(dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }, { answer: 43 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

test('stopping does not wait for clients', async () => {
  const { dataDir } = await usedDataFolder();
  const server = await start(dataDir);
  const busy = expect(query(server.url, 'SELECT pg_sleep(60)')).rejects.toThrow();
  await until(async () => {
    const [row] = await query(
      server.url,
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%(60)'`,
    );
    return row?.n === 1;
  });
  const before = performance.now();
  await server.stop();
  expect(performance.now() - before).toBeLessThan(3000);
  await busy;
});

test('an unexpected end is told, and a new start recovers at once', async () => {
  const { dataDir } = await usedDataFolder();
  const logger = recorder();
  const first = await start(dataDir, { logger });
  await query(first.url, 'INSERT INTO kept VALUES (43)');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false });
  expect(logger.lines.at(-1)).toMatchObject({
    level: 'error',
    message: expect.stringContaining('unexpectedly'),
  });
  await first.stop();

  const second = await start(dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }, { answer: 43 }]);
});

test('the server itself survives the crash of one of its processes', async () => {
  const { dataDir, layout } = await usedDataFolder();
  const server = await start(dataDir);
  const crashing = new pg.Client(server.url);
  const lost = new Promise((resolve) => crashing.on('error', resolve));
  await crashing.connect();
  const { rows } = await crashing.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await lost;
  await until(() =>
    query(server.url, 'SELECT answer FROM kept').then(
      (rows) => rows[0]?.answer === 42,
      () => false,
    ),
  );
  expect(await isServing(server.pid, layout)).toBe(true);
});

test('a lost password file is made anew, and the wrong one is refused', async () => {
  const { dataDir, layout } = await usedDataFolder();
  const first = await start(dataDir);
  await first.stop();

  await rm(layout.password);
  const second = await start(dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(second.url).not.toContain(new URL(first.url).password);
  await second.stop();

  await writeFile(layout.password, `${'0'.repeat(48)}\n`);
  expect(await startError(dataDir)).toMatchObject({
    code: 'password',
    message: expect.stringContaining('delete it'),
  });
  await writeFile(layout.password, 'something else');
  expect(await startError(dataDir)).toMatchObject({ code: 'password' });
});

test('the server gets nothing of our environment that it does not need', async ({ skip }) => {
  if (process.platform !== 'linux') skip('reads /proc');
  process.env.JWT_SECRET_OF_THIS_TEST = 'secret';
  process.env.PGPORT = '1';
  try {
    const { dataDir } = await usedDataFolder();
    const server = await start(dataDir);
    const environment = await readFile(`/proc/${server.pid}/environ`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toMatch(/SECRET|PGPORT/);
  } finally {
    delete process.env.JWT_SECRET_OF_THIS_TEST;
    delete process.env.PGPORT;
  }
});
