import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ServerProcess, shutDown } from '../../src/db/embedded/postmaster.ts';
import {
  app,
  cleanup,
  dataFolder,
  isRoot,
  isServing,
  NOBODY,
  query,
  recorder,
  start,
  startError,
  until,
  usedDataFolder,
} from './support.ts';

test('after kill -9 of the application its server is taken over, with every committed row', async () => {
  const { dataDir, layout } = await usedDataFolder();
  const killed = app(dataDir, { settings: {}, sql: 'INSERT INTO kept VALUES (43)' });
  const { pid = 0 } = await killed.told();
  await killed.kill();
  expect(await isServing(pid, layout)).toBe(true);

  const logger = recorder();
  const server = await start(dataDir, { settings: {}, logger });
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }, { answer: 43 }]);
  expect(server.pid).not.toBe(pid);
  expect(await isServing(pid, layout)).toBe(false);
  expect(logger.lines).toContainEqual({
    level: 'warn',
    fields: { pid },
    message: expect.stringContaining('taking over'),
  });
});

test('a folder of a living application is refused, and that one is left alone', async () => {
  const { dataDir, layout } = await usedDataFolder();
  const living = app(dataDir);
  const { url = '' } = await living.told();

  const error = await startError(dataDir);
  expect(error.code).toBe('in_use');
  expect(error.message).toContain(layout.home);
  expect(error.message).toContain(`pid ${living.child.pid}`);
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

  living.child.kill('SIGTERM');
  await living.closed;
  await start(dataDir);
});

test('the same process is refused as well, and can start again after it stopped', async () => {
  const { dataDir } = await usedDataFolder();
  const first = await start(dataDir);
  expect(await startError(dataDir)).toMatchObject({ code: 'in_use' });
  expect(await startError(dataDir)).toMatchObject({ code: 'in_use' });
  expect(await app(dataDir).told()).toMatchObject({ code: 'in_use' });
  await first.stop();
  await start(dataDir);
});

test('of several first starts at once exactly one wins', async () => {
  const { dataDir } = await dataFolder();
  await expectOneWinner(dataDir);
});

test('of several starts at once that find an orphan exactly one takes it over', async () => {
  const { dataDir } = await usedDataFolder();
  const killed = app(dataDir);
  await killed.told();
  await killed.kill();
  const url = await expectOneWinner(dataDir);
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

async function expectOneWinner(dataDir: string): Promise<string> {
  const told = await Promise.all(Array.from({ length: 3 }, () => app(dataDir).told()));
  const winners = told.filter(({ url }) => url !== undefined);
  expect(winners).toHaveLength(1);
  expect(told.filter(({ code }) => code === 'in_use')).toHaveLength(2);
  return winners[0]?.url ?? '';
}

test('an application that is killed at any moment of a start leaves a folder that starts', async () => {
  const { dataDir, layout } = await usedDataFolder();
  for (const delay of [0, 10, 30]) {
    const killed = app(dataDir);
    await until(() =>
      stat(layout.owner).then(
        () => true,
        () => false,
      ),
    );
    await sleep(delay);
    await killed.kill();
    await (await start(dataDir)).stop();
  }
});

test('a postmaster.pid of a process that is gone, or of an unrelated one, is no obstacle', async ({
  skip,
}) => {
  if (process.platform === 'win32') skip('needs a process of another program with the same user');
  const { dataDir, layout } = await usedDataFolder();

  const unrelated = spawn('sleep', ['60'], {
    stdio: 'ignore',
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  cleanup(() => end(unrelated));
  const gone = spawn('true', { stdio: 'ignore' });
  await once(gone, 'exit');

  for (const pid of [gone.pid, unrelated.pid, process.pid, 1]) {
    const stale = [pid, layout.cluster, 1700000000, 54321, '', '127.0.0.1', ' 10035636 4', 'ready   ', ''];
    await writeFile(join(layout.cluster, 'postmaster.pid'), stale.join('\n'));
    const server = await start(dataDir);
    expect(await readFile(join(layout.cluster, 'postmaster.pid'), 'utf8')).toMatch(
      new RegExp(`^${server.pid}\n`),
    );
    await server.stop();
  }
  expect(unrelated.exitCode).toBeNull();
  expect(unrelated.signalCode).toBeNull();
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a server that does not end is told more and more firmly', async () => {
  const signals: string[] = [];
  const stubborn = (endsAfter: number): ServerProcess => ({
    signal: async (name) => void signals.push(name),
    endsWithin: async () => signals.length >= endsAfter,
  });
  expect(await shutDown(stubborn(1))).toBe(true);
  expect(signals.splice(0)).toEqual(['SIGINT']);
  expect(await shutDown(stubborn(2))).toBe(true);
  expect(signals.splice(0)).toEqual(['SIGINT', 'SIGQUIT']);
  expect(await shutDown(stubborn(4))).toBe(false);
  expect(signals).toEqual(['SIGINT', 'SIGQUIT', 'SIGKILL']);
});
