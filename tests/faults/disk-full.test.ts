/** There is no room left for the database's files. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRootOnLinux } from '../embedded/support.ts';
import { complaints, startServiceProcess, until } from '../setup/service-process.ts';
import { createCluster } from './support/cluster.ts';
import { expectKept } from './support/ledger.ts';
import { SETTINGS } from './support/service.ts';
import { createWriters, registerPatiently } from './support/writers.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Takes all the room that there is. @returns the file that has it */
async function fill(folder: string): Promise<string> {
  const path = join(folder, 'filler');
  const file = await open(path, 'w');
  try {
    for (let size = 1 << 20; size >= 512; ) {
      const { bytesWritten } = await file.write(Buffer.alloc(size)).catch(() => ({ bytesWritten: 0 }));
      if (bytesWritten < size) size >>= 1;
    }
  } finally {
    await file.close();
  }
  return path;
}

describe('F9 a full disk', () => {
  it('is a 503 for who writes and nothing to who reads, until there is room again', async ({ skip }) => {
    if (!isRootOnLinux) skip('needs root on Linux, to mount a small file system');
    const folder = await mkdtemp(join(tmpdir(), 'taskpact-test-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
      skip(`can't mount a file system: ${String(error)}`);
    }
    cleanups.push(async () => execFileSync('umount', [folder]));
    const cluster = await createCluster(folder);
    cleanups.push(cluster.destroy);
    const service = startServiceProcess({ ...SETTINGS, DATABASE_URL: cluster.url });
    cleanups.push(service.destroy);
    const { origin } = await service.ready();
    const reader = await registerPatiently(origin);
    const writers = await createWriters({ origin });
    writers.go();
    await writers.progress(30);

    const filler = await fill(folder);
    const refused = (): number => writers.outcomes.filter(({ status }) => status === 503).length;
    await until(() => refused() > 20, 'writes are refused');
    for (const path of ['/api/v1/tasks', '/health/ready']) {
      const answer = await fetch(origin + path, { headers: { Authorization: reader } });
      expect([path, answer.status]).toEqual([path, 200]);
    }
    await rm(filler);
    await writers.progress(50);
    await writers.stop();
    await writers.settle();
    expect(writers.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status))).toEqual([]);
    await expectKept(await cluster.connect(), writers);
    expect(complaints(service)).toEqual([]);
  });
});
