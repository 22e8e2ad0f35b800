import { execFile } from 'node:child_process';
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterContext } from './cluster.ts';
import { codeOf, EmbeddedServerError } from './errors.ts';
import type { Identity } from './privileges.ts';
import { toolOptions } from './tools.ts';

const run = promisify(execFile);

/** How long a server gets for a fast shutdown (it writes everything out), and then for an immediate one. */
const FAST_MS = 10_000;
const IMMEDIATE_MS = 7_000; // PostgreSQL kills its own processes after 5 s

/** What a server writes about itself into `postmaster.pid` in its cluster. */
export interface PostmasterFile {
  readonly pid: number;
  /** Undefined while it starts. */
  readonly port: number | undefined;
  readonly ready: boolean;
}

/** Reads `postmaster.pid`; undefined if there is none, or it is just being written. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid, port: port > 0 ? port : undefined, ready: lines[7]?.trim() === 'ready' };
}

/** A server process that can be told to end; by pid, because after a crash it isn't our child. */
export interface ServerProcess {
  signal(name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Waits for its end; false if it is still there after that time. */
  endsWithin(ms: number): Promise<boolean>;
}

/** Fast shutdown, then immediate, then none at all: the data survives each of them. False if even that didn't help. */
export async function shutDown(server: ServerProcess): Promise<boolean> {
  await server.signal('SIGINT');
  if (await server.endsWithin(FAST_MS)) return true;
  await server.signal('SIGQUIT');
  if (await server.endsWithin(IMMEDIATE_MS)) return true;
  await server.signal('SIGKILL');
  return server.endsWithin(IMMEDIATE_MS);
}

/** Signals a server. Windows has no signals: PostgreSQL brings its own, which pg_ctl can send. */
export async function signalServer(pid: number, name: string, pgCtl: string): Promise<void> {
  try {
    if (process.platform !== 'win32' || name === 'SIGKILL') process.kill(pid, name);
    else await run(pgCtl, ['kill', name.slice(3), String(pid)], toolOptions(undefined));
  } catch (error) {
    if (codeOf(error) !== 'ESRCH' && process.platform !== 'win32') throw error;
  }
}

/**
 * Stops a server that an earlier process left behind: with the lock held no other application owns it. It is started
 * anew rather than adopted, so that it has our settings and is our child, whose end we hear of.
 */
export async function stopOrphan(context: ClusterContext): Promise<void> {
  const { layout, identity, logger } = context;
  const found = await readPostmasterFile(layout.cluster);
  if (found === undefined) return;
  const whose = await whoIs(found.pid, layout.cluster, identity);
  if (whose === 'other') {
    // PostgreSQL would take any process with that pid for the one that wrote the file, and refuse to start.
    await rm(join(layout.cluster, 'postmaster.pid'), { force: true });
    return;
  }
  if (whose !== 'ours') return; // gone, or beyond our knowledge: PostgreSQL checks for itself
  logger.warn({ pid: found.pid }, 'found the PostgreSQL of an application that was killed: taking over');
  const ended = await shutDown({
    signal: (name) => signalServer(found.pid, name, context.binaries.pgCtl),
    async endsWithin(ms) {
      for (const until = Date.now() + ms; Date.now() < until; await sleep(10)) {
        if ((await whoIs(found.pid, layout.cluster, identity)) !== 'ours') return true;
      }
      return false;
    },
  });
  if (!ended) {
    throw new EmbeddedServerError(
      'orphan',
      `A PostgreSQL that an earlier process left behind (pid ${found.pid}) still uses ${layout.cluster}, and can't be ` +
        'stopped. Its disk may be hanging: end that process, and start again.',
    );
  }
}

/**
 * Whether a process is the server of this cluster. Pids are used again, so a pid in a file proves nothing; a server's
 * working folder is its cluster.
 */
export async function whoIs(
  pid: number,
  cluster: string,
  identity: Identity | undefined,
): Promise<'ours' | 'other' | 'gone' | 'unknown'> {
  if (process.platform === 'linux') return whoIsOnLinux(pid, cluster, identity);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone';
  }
  try {
    if (process.platform === 'win32') {
      const { stdout } = await run('tasklist', ['/NH', '/FO', 'CSV', '/FI', `PID eq ${pid}`], {
        windowsHide: true,
      });
      return /^"postgres\.exe"/im.test(stdout) ? 'ours' : 'other';
    }
    const { stdout } = await run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
    const folder = /^n(.*)$/m.exec(stdout)?.[1];
    if (folder === undefined) return 'unknown';
    return folder === (await realpath(cluster)) ? 'ours' : 'other';
  } catch {
    return 'unknown';
  }
}

async function whoIsOnLinux(pid: number, cluster: string, identity: Identity | undefined) {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (state === undefined) return 'gone';
  if (/^Z|^X/.test(state.slice(state.lastIndexOf(')') + 2))) return 'other'; // a zombie, which still has its pid
  try {
    const [theirs, own] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(cluster)]);
    return theirs.dev === own.dev && theirs.ino === own.ino ? 'ours' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return 'gone';
  }
  // Root in a container may not look into another user's process, but that user may.
  if (identity !== undefined) {
    const path = await run('readlink', [`/proc/${pid}/cwd`], toolOptions(identity)).catch(() => undefined);
    if (path !== undefined) return path.stdout.trim() === (await realpath(cluster)) ? 'ours' : 'other';
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return basename(command.split('\0')[0] ?? '') === 'postgres' ? 'unknown' : 'other';
}
