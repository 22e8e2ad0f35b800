import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  app,
  dataFolder,
  fingerprint,
  query,
  start,
  startError,
  unfinished,
  until,
  usedDataFolder,
} from './support.ts';

test('an initdb that is killed half-way is never taken for a cluster', async () => {
  const { dataDir, layout } = await dataFolder();
  for (const delay of [0, 50, 150]) {
    const killed = app(dataDir);
    await until(async () => (await unfinished(layout)).length > 0);
    await sleep(delay);
    await killed.kill();
    expect(existsSync(layout.cluster)).toBe(false);
    expect(await unfinished(layout)).not.toEqual([]);
  }
  const server = await start(dataDir);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await unfinished(layout)).toEqual([]);
});

test('a cluster of another major version is refused, untouched, with the way out', async () => {
  const { dataDir, layout } = await usedDataFolder();
  await writeFile(join(layout.cluster, 'PG_VERSION'), '17\n');
  const before = fingerprint(layout.cluster);
  const error = await startError(dataDir);
  expect(error.code).toBe('version');
  expect(error.message).toMatch(/made by PostgreSQL 17, .* is version 18/);
  expect(error.message).toMatch(/taskpact backup .*taskpact restore /);
  expect(fingerprint(layout.cluster)).toBe(before);

  await writeFile(join(layout.cluster, 'PG_VERSION'), '18\n');
  await start(dataDir);
});

test('a folder that is no cluster is refused, an empty one is used', async () => {
  const { dataDir, layout } = await dataFolder();
  await mkdir(layout.cluster, { recursive: true });
  await writeFile(join(layout.cluster, 'notes.txt'), 'mine');
  expect(await startError(dataDir)).toMatchObject({
    code: 'start',
    message: expect.stringContaining('PG_VERSION'),
  });

  const empty = await dataFolder();
  await mkdir(empty.layout.cluster, { recursive: true });
  await start(empty.dataDir);
});

test('a damaged cluster is refused with what the server said', async () => {
  const { dataDir, layout } = await usedDataFolder();
  await writeFile(join(layout.cluster, 'global', 'pg_control'), 'x'.repeat(8192));
  const error = await startError(dataDir);
  expect(error.code).toBe('start');
  expect(error.message).toContain(layout.cluster);
  expect(error.message).toMatch(/FATAL|PANIC/);
  expect(error.message).toContain('backup');
});
