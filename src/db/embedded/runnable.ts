import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Binaries, binariesIn } from './binaries.ts';
import { codeOf, EmbeddedServerError, messageOf, USE_A_SERVER } from './errors.ts';
import type { EmbeddedLogger } from './log.ts';
import { type Identity, ownUid } from './privileges.ts';
import { runTool } from './tools.ts';

/** Where a copy may go, best first: temporary folders are swept by the system, under a server that runs for weeks. */
const PLACES = ['/var/cache', '/var/tmp', tmpdir()];

/** An incomplete copy that is older than this isn't being made by another start any more. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * The programs at a place where the identity can run them. They look up their own real path and find their libraries
 * from there, so that (unlike the data) they can't be reached through a descriptor: if the folder they are installed in
 * is closed to that user, a copy is made, once per version.
 */
export async function makeRunnable(
  binaries: Binaries,
  identity: Identity | undefined,
  logger: EmbeddedLogger,
  places: readonly string[] = PLACES,
): Promise<Binaries> {
  if (identity === undefined || (await runs(binaries, identity))) return binaries;
  const problems: string[] = [];
  for (const place of places) {
    try {
      const copy = await findOrMakeCopy(await realpath(place), binaries, logger);
      if (await runs(copy, identity)) return copy;
      problems.push(`${place}: programs can't be run there (mounted noexec?)`);
      await rm(copy.root, { recursive: true, force: true });
    } catch (error) {
      problems.push(`${place}: ${messageOf(error)}`);
    }
  }
  throw new EmbeddedServerError(
    'binaries',
    `This process is root, so PostgreSQL has to run as uid ${identity.uid}, which can't run the programs in ` +
      `${binaries.root}; and no copy could be made (${problems.join('; ')}). Make that folder and those above it ` +
      `passable for that user, start as an ordinary user, ${USE_A_SERVER}.`,
  );
}

async function runs(binaries: Binaries, identity: Identity): Promise<boolean> {
  try {
    return (await runTool(binaries.postgres, ['--version'], { identity, timeoutMs: 10_000 })).code === 0;
  } catch (error) {
    // Only a closed folder is a reason for a copy.
    if (error instanceof Error && codeOf(error.cause) === 'EACCES') return false;
    throw error;
  }
}

/**
 * Copies have unpredictable names, and one that is found is used only if it is complete and nobody else can have
 * touched it: another user can plant a folder in /tmp, but not one that is ours.
 */
async function findOrMakeCopy(place: string, binaries: Binaries, logger: EmbeddedLogger): Promise<Binaries> {
  await refuseUnsafe(place);
  const prefix = `taskpact-postgresql-${binaries.version}-${process.platform}-${process.arch}-`;
  for (const name of await readdir(place)) {
    const found = join(place, name);
    if (!name.startsWith(prefix) || (await lstat(found)).uid !== ownUid()) continue;
    if (await isIntact(binaries.root, found)) return binariesIn(found, binaries.version);
    if (Date.now() - (await lstat(found)).ctimeMs > ABANDONED_AFTER_MS) await rm(found, { recursive: true });
  }
  const made = await mkdtemp(join(place, prefix));
  try {
    await copyTree(binaries.root, made);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  logger.info(
    { from: binaries.root, to: made },
    'copied PostgreSQL to where its unprivileged user can run it',
  );
  return binariesIn(made, binaries.version);
}

/** In a folder that another user could rename, whatever we put below it could be replaced. */
async function refuseUnsafe(place: string): Promise<void> {
  for (let folder = place; ; folder = dirname(folder)) {
    const { uid, mode } = await lstat(folder);
    const othersRename = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
    if (uid !== ownUid() || othersRename) throw new Error(`another user could replace what is in ${folder}`);
    if (folder === dirname(folder)) return;
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  for await (const [path, stats] of walk(from)) {
    const [source, target] = [join(from, path), join(to, path)];
    if (stats.isSymbolicLink()) {
      await symlink(await readlink(source), target);
      continue;
    }
    if (stats.isDirectory()) await mkdir(target);
    else await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(target, (stats.mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  await chmod(to, 0o755); // last: until now nobody else could see it
}

async function isIntact(from: string, copy: string): Promise<boolean> {
  if (!isOurs(await lstat(copy))) return false;
  for await (const [path, stats] of walk(from)) {
    const found = await lstat(join(copy, path)).catch(() => undefined);
    if (found === undefined || !isOurs(found)) return false;
    if ((found.mode & constants.S_IFMT) !== (stats.mode & constants.S_IFMT)) return false;
    if (stats.isFile() && found.size !== stats.size) return false;
  }
  return true;
}

function isOurs(stats: Stats): boolean {
  return stats.uid === ownUid() && (stats.isSymbolicLink() || (stats.mode & 0o022) === 0);
}

/** Everything below a folder, each folder before what is in it. */
async function* walk(folder: string, below = ''): AsyncGenerator<[path: string, stats: Stats]> {
  for (const name of await readdir(join(folder, below))) {
    const path = join(below, name);
    const stats = await lstat(join(folder, path));
    yield [path, stats];
    if (stats.isDirectory()) yield* walk(folder, path);
  }
}
