import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { prepareHome } from '../../src/db/embedded/layout.ts';
import { openLog } from '../../src/db/embedded/log.ts';
import { dataFolder, until } from './support.ts';

const MB = 1024 * 1024;

afterEach(() => {
  vi.useRealTimers();
});

test('a log of some size is put aside at the start', async () => {
  const { dataDir } = await dataFolder();
  const layout = await prepareHome(dataDir);
  await writeFile(layout.log, 'x'.repeat(2 * MB));
  const log = await openLog(layout);
  log.close();
  expect((await stat(layout.previousLog)).size).toBe(2 * MB);
  expect((await stat(layout.log)).size).toBe(0);
});

test('a log that grows while the server runs is cut, and the server writes on', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { dataDir } = await dataFolder();
  const layout = await prepareHome(dataDir);
  const log = await openLog(layout);
  await writeFile(layout.log, 'x'.repeat(9 * MB), { flag: 'a' });
  vi.advanceTimersByTime(60_000);
  await until(async () => (await stat(layout.log)).size === 0);
  expect((await stat(layout.previousLog)).size).toBe(9 * MB);

  await writeFile(layout.log, 'after', { flag: 'a' });
  expect(log.tail()).toBe('after');
  log.close();
  vi.advanceTimersByTime(60_000);
});

test('only what was written since the mark counts', async () => {
  const { dataDir } = await dataFolder();
  const layout = await prepareHome(dataDir);
  await writeFile(layout.log, 'before\n');
  const log = await openLog(layout);
  log.mark();
  await writeFile(layout.log, 'first\nsecond\n', { flag: 'a' });
  expect(log.tail()).toBe('first\nsecond');
  log.close();
});

test('the log is never written through a symbolic link', async ({ skip }) => {
  if (process.platform === 'win32') skip('Windows has no O_NOFOLLOW');
  const { dataDir, folder } = await dataFolder();
  const layout = await prepareHome(dataDir);
  await writeFile(join(folder, 'precious'), 'precious');
  await symlink(join(folder, 'precious'), layout.log);
  await expect(openLog(layout)).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('precious');
});
