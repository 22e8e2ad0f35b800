import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Binaries, binariesIn, locateBinaries } from '../../src/db/embedded/binaries.ts';
import { freePort } from '../../src/db/embedded/launch.ts';
import { chooseIdentity, giveTo } from '../../src/db/embedded/privileges.ts';
import { makeRunnable } from '../../src/db/embedded/runnable.ts';
import {
  app,
  cleanup,
  dataFolder,
  isRootOnLinux,
  isServing,
  NOBODY,
  query,
  recorder,
  start,
  usedDataFolder,
} from './support.ts';

/** Whether a user without any rights can reach this checkout and its Node. */
function nobodyCanRun(): boolean {
  try {
    const options = { uid: NOBODY, gid: NOBODY, cwd: '/', stdio: 'ignore' } as const;
    execFileSync(process.execPath, [join(import.meta.dirname, 'app.ts'), '--check'], options);
    return true;
  } catch (error) {
    return error instanceof Error && 'status' in error && error.status === 1; // it ran, and refused the folder
  }
}

/** The identities of a process and of all that it started. */
async function identities(pid: number) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const found: { uid: string | undefined; gid: string | undefined; groups: string | undefined }[] = [];
  for (const each of [String(pid), ...children.trim().split(' ')]) {
    const status = await readFile(`/proc/${each}/status`, 'utf8').catch(() => undefined);
    if (status === undefined) continue; // ended meanwhile
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1]?.split(/\s+/).join(' ');
    found.push({ uid: field('Uid'), gid: field('Gid'), groups: field('Groups') });
  }
  return found;
}

describe.skipIf(!isRootOnLinux)('as root on Linux', () => {
  test('the server runs as nobody, with none of our groups', async () => {
    const { dataDir, layout } = await dataFolder();
    const users = await readFile('/etc/passwd', 'utf8');
    const { pid = 0, message } = await app(dataDir, { by: ['setpriv', '--groups', '0,4,27'] }).told();
    expect(message).toBeUndefined();
    const all = new Set((await identities(pid)).map((identity) => JSON.stringify(identity)));
    expect([...all]).toEqual([
      '{"uid":"65534 65534 65534 65534","gid":"65534 65534 65534 65534","groups":""}',
    ]);
    expect(await readFile('/etc/passwd', 'utf8')).toBe(users);
    expect((await stat(layout.home)).uid).toBe(0);
    expect((await stat(layout.cluster)).uid).toBe(NOBODY);
  });

  test('the folders above the data can be closed to that user', async () => {
    const { dataDir, folder } = await dataFolder();
    await chmod(folder, 0o700);
    const inside = join(dataDir, 'more'.repeat(20), 'and more'.repeat(20));
    await mkdir(inside, { recursive: true, mode: 0o700 });

    const first = await start(inside);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGHUP'); // reads its configuration files again
    expect(await query(first.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await readFile(join(inside, 'postgres', 'postgres.log'), 'utf8')).not.toMatch(/ERROR|could not/);
    await first.stop();

    const second = await start(inside);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('an existing cluster is used as its owner, and one that root restored is given away', async () => {
    const { dataDir, layout } = await usedDataFolder();
    await giveTo({ uid: 12345, gid: 0 }, layout.cluster);
    expect(await chooseIdentity(layout.cluster)).toEqual({ uid: 12345, gid: NOBODY });
    const first = await start(dataDir);
    expect((await identities(first.pid))[0]).toMatchObject({ uid: '12345 12345 12345 12345', groups: '' });
    await first.stop();

    await giveTo({ uid: 0, gid: 0 }, layout.cluster);
    const second = await start(dataDir);
    expect((await identities(second.pid))[0]?.uid).toContain(String(NOBODY));
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('an orphan is found without the right to look into processes, as in a container', async () => {
    const { dataDir, layout } = await usedDataFolder();
    const killed = app(dataDir);
    const { pid = 0 } = await killed.told();
    await killed.kill();
    const { url = '', message } = await app(dataDir, {
      by: ['setpriv', '--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace'],
    }).told();
    expect(message).toBeUndefined();
    expect(await isServing(pid, layout)).toBe(false);
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('a root that may not become another user is told so', async () => {
    const { dataDir } = await dataFolder();
    const caps = '-setuid,-setgid';
    expect(
      await app(dataDir, { by: ['setpriv', '--bounding-set', caps, '--inh-caps', caps] }).told(),
    ).toMatchObject({ code: 'binaries', message: expect.stringContaining('may not switch to that user') });
  });

  test('files in a folder of another user go to that user', async ({ skip }) => {
    if (!nobodyCanRun()) skip('this checkout is closed to other users');
    const { dataDir, layout } = await dataFolder(NOBODY);
    const asNobody = { spawn: { uid: NOBODY, gid: NOBODY, cwd: '/' } };
    const first = app(dataDir, asNobody);
    expect(await first.told()).toMatchObject({ url: expect.any(String) });
    first.child.kill('SIGTERM');
    await first.closed;
    await rm(layout.log);
    await rm(layout.lock);

    await (await start(dataDir)).stop();
    for (const name of await readdir(layout.home))
      expect((await lstat(join(layout.home, name))).uid).toBe(NOBODY);
    expect(await app(dataDir, asNobody).told()).toMatchObject({ url: expect.any(String) });
  });

  test('an ordinary user needs nothing of all this, and gets clear words about folders of others', async ({
    skip,
  }) => {
    if (!nobodyCanRun()) skip('this checkout is closed to other users');
    const asNobody = { spawn: { uid: NOBODY, gid: NOBODY, cwd: '/' } };
    const own = await dataFolder(NOBODY);
    const killed = app(own.dataDir, { ...asNobody, sql: 'CREATE TABLE kept AS SELECT 42 AS answer' });
    expect(await killed.told()).toMatchObject({ url: expect.any(String) });
    await killed.kill();
    const { url = '' } = await app(own.dataDir, asNobody).told();
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

    const others = await dataFolder();
    expect(await app(others.dataDir, asNobody).told()).toMatchObject({
      code: 'folder',
      message: expect.stringContaining('(uid 65534)'),
    });

    const clusterOfOthers = await usedDataFolder();
    await chmod(clusterOfOthers.folder, 0o755);
    await giveTo({ uid: NOBODY, gid: NOBODY }, clusterOfOthers.layout.home);
    await giveTo({ uid: 12345, gid: 12345 }, clusterOfOthers.layout.cluster);
    expect(await app(clusterOfOthers.dataDir, asNobody).told()).toMatchObject({
      code: 'folder',
      message: expect.stringContaining('uid 12345'),
    });
  });
});

describe.skipIf(!isRootOnLinux)('programs that the unprivileged user can not run where they are', () => {
  /** A closed folder for the programs, and an open one for copies. */
  async function folders() {
    const { folder } = await dataFolder();
    const closed = join(folder, 'closed', 'native');
    await mkdir(closed, { recursive: true });
    const place = await mkdtemp(join(tmpdir(), 'taskpact-place-'));
    await chmod(place, 0o1777);
    cleanup(() => rm(place, { recursive: true }));
    return { closed, place };
  }
  /** A program that is quick to copy. */
  async function standIn() {
    const { closed, place } = await folders();
    await mkdir(join(closed, 'bin'));
    await mkdir(join(closed, 'lib'));
    await writeFile(join(closed, 'lib', 'library.so.1'), '');
    await symlink('library.so.1', join(closed, 'lib', 'library.so'));
    await writeFile(join(closed, 'bin', 'postgres'), '#!/bin/sh\necho 18.4\n', { mode: 0o700 });
    return { binaries: binariesIn(closed, '18.4.0'), place };
  }
  const identity = { uid: NOBODY, gid: NOBODY };
  const runnable = (binaries: Binaries, ...places: string[]) =>
    makeRunnable(binaries, identity, recorder(), places);
  const runs = ({ postgres }: Binaries) =>
    execFileSync(postgres, ['--version'], { ...identity, cwd: '/', encoding: 'utf8' });

  test('are copied once, and the server works from there', async () => {
    const { closed, place } = await folders();
    const { root, version } = await locateBinaries();
    execFileSync('cp', ['-a', `${root}/.`, closed]);
    const binaries = binariesIn(closed, version);
    const { dataDir } = await usedDataFolder();
    const seams = { locate: async () => binaries, pickPort: freePort, copyPlaces: [place] };
    const first = await start(dataDir, {}, seams);
    expect(await query(first.url, `SELECT to_tsvector('english', 'cats')::text AS v`)).toEqual([
      { v: `'cat':1` },
    ]);
    const copies = await readdir(place);
    expect(copies).toEqual([expect.stringMatching(/^taskpact-postgresql-18\..*-linux-\w+-\w{6}$/)]);
    expect(await readFile(`/proc/${first.pid}/cmdline`, 'utf8')).toContain(
      `${join(place, copies[0] ?? '')}/bin/postgres`,
    );
    await first.stop();

    await start(dataDir, {}, seams);
    expect(await readdir(place)).toEqual(copies);
  });

  test('are copied again when the copy is incomplete, writable, or was planted by another user', async () => {
    const { binaries, place } = await standIn();
    const damage: ((copy: string) => Promise<unknown>)[] = [
      (copy) => rm(join(copy, 'lib', 'library.so.1')),
      (copy) => writeFile(join(copy, 'bin', 'postgres'), '#!/bin/sh\n'),
      (copy) => chmod(join(copy, 'lib'), 0o777),
      (copy) => chmod(join(copy, 'bin', 'postgres'), 0o775),
      (copy) => lchown(join(copy, 'lib', 'library.so'), NOBODY, NOBODY),
      (copy) => chown(copy, NOBODY, NOBODY),
    ];
    let good = await runnable(binaries, place);
    for (const harm of damage) {
      await harm(good.root);
      const next = await runnable(binaries, place);
      expect(next.root).not.toBe(good.root);
      expect(runs(next)).toContain('18.');
      expect(existsSync(good.root)).toBe(true); // young: another start could be making it
      good = next;
    }
    expect((await runnable(binaries, place)).root).toBe(good.root);
  });

  test('are not copied to where another user could replace them', async () => {
    const { binaries, place } = await standIn();
    const { folder } = await dataFolder(NOBODY);
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'inside'));
    const copy = await runnable(binaries, join(folder, 'inside'), place);
    expect(copy.root.startsWith(place)).toBe(true);

    await expect(runnable(binaries, folder, '/nowhere')).rejects.toMatchObject({
      code: 'binaries',
      message: expect.stringMatching(/could replace.*\/nowhere.*DATABASE_URL/s),
    });
  });
});
