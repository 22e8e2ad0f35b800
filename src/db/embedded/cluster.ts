import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { codeOf, diskFullError, EmbeddedServerError, messageOf, USE_A_SERVER } from './errors.ts';
import { explained, type Layout } from './layout.ts';
import type { EmbeddedLogger } from './log.ts';
import { giveTo, type Identity, type SharedFolder, shareFolder } from './privileges.ts';
import { type Outcome, runTool } from './tools.ts';

const UNFINISHED = 'initdb-';

/** What the steps that make or repair a cluster need. */
export interface ClusterContext {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly identity: Identity | undefined;
  readonly logger: EmbeddedLogger;
  readonly timeoutMs: number;
}

/** Whether there is a cluster; throws if there is one that this PostgreSQL can't use. */
export async function hasCluster(layout: Layout, binaries: Binaries): Promise<boolean> {
  const entries = await readdir(layout.cluster).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw explained(error, layout.cluster);
  });
  if (entries.length === 0) return false;
  const version = await readFile(join(layout.cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    throw new EmbeddedServerError(
      'start',
      `${layout.cluster} isn't a complete PostgreSQL cluster (${messageOf(error)}): restore ${layout.home} from a ` +
        'backup, or move that folder away to begin with an empty database.',
      error,
    );
  });
  if (version.trim() === String(binaries.major)) return true;
  const [theirs, ours] = [version.trim(), binaries.major];
  throw new EmbeddedServerError(
    'version',
    `${layout.cluster} was made by PostgreSQL ${theirs}, and the installed embedded PostgreSQL is version ${ours}, which ` +
      "can't read it. Nothing was changed. To bring the data over: install the version of Taskpact again that you had; " +
      'save the data with it, by "taskpact backup before.backup" (in the source: npm run backup -- before.backup); move ' +
      `${layout.home} away; install this version, and run "taskpact restore before.backup". ` +
      `To begin with an empty database move ${layout.home} away.`,
  );
}

/** Removes what a killed initdb left. Only with the lock held: nobody else can be at work here. */
export async function removeUnfinished(layout: Layout, logger: EmbeddedLogger): Promise<void> {
  for (const name of await readdir(layout.home)) {
    if (!name.startsWith(UNFINISHED)) continue;
    try {
      // An initdb whose parent was killed can still be writing for a moment.
      await rm(join(layout.home, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      logger.info({ folder: name }, 'removed what an interrupted initdb had left');
    } catch (error) {
      logger.warn(
        { folder: name, error: messageOf(error) },
        'could not remove what an interrupted initdb had left',
      );
    }
  }
}

/**
 * Makes a cluster beside its place and renames it there when it is complete, so that what is at its place is never
 * half a cluster, whatever is killed when.
 */
export async function createCluster(context: ClusterContext, password: string, sync: boolean): Promise<void> {
  const { layout, identity } = context;
  const unfinished = await mkdtemp(join(layout.home, UNFINISHED));
  try {
    await mkdir(join(unfinished, 'data'), { mode: 0o700 });
    await writeFile(join(unfinished, 'password'), password, { mode: 0o600, flag: 'wx' });
    if (identity !== undefined) await giveTo(identity, unfinished);
    const shared = await shareFolder(unfinished, identity);
    await runInitdb(context, shared, sync).finally(() => shared.close());
    await rename(join(unfinished, 'data'), layout.cluster);
    if (sync) await syncFolder(layout.home);
  } finally {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** Puts a rename on the disk. Windows can't open folders, and doesn't need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function runInitdb(context: ClusterContext, shared: SharedFolder, sync: boolean): Promise<void> {
  const { layout, binaries, identity, timeoutMs } = context;
  // Sorting is by code point everywhere; LC_CTYPE is what full text search tells letters from punctuation by.
  let outcome: Outcome | undefined;
  for (const ctype of [process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8', 'C']) {
    const args = [
      `--pgdata=${join(shared.path, 'data')}`,
      `--pwfile=${join(shared.path, 'password')}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      `--lc-ctype=${ctype}`,
      '--text-search-config=english',
      '--no-instructions',
    ];
    if (!sync) args.push('--no-sync');
    outcome = await runTool(binaries.initdb, args, { identity, inherit: shared.stdio, timeoutMs });
    if (!/invalid locale name/.test(outcome.output)) break;
  }
  if (outcome?.code === 0) return;
  const said = outcome?.output.trim().split('\n').slice(-12).join('\n') ?? '';
  throw (
    diskFullError(said, layout.home) ??
    new EmbeddedServerError(
      'initdb',
      `A new PostgreSQL cluster couldn't be made in ${layout.home} (initdb ended with ` +
        `${outcome?.signal ?? `code ${outcome?.code}`}). Put right what it says, set DATA_DIR to another folder, ` +
        `${USE_A_SERVER}. It said:\n${said}`,
    )
  );
}

/**
 * Gives an existing cluster a new superuser password, for when the file with the old one is lost: PostgreSQL's
 * single-user mode asks for none, as whoever can run it on the folder owns the data anyway.
 */
export async function resetPassword(context: ClusterContext, password: string): Promise<void> {
  const { layout, binaries, identity, timeoutMs, logger } = context;
  const shared = await shareFolder(layout.cluster, identity);
  try {
    const outcome = await runTool(binaries.postgres, ['--single', '-D', shared.path, 'postgres'], {
      identity,
      inherit: shared.stdio,
      input: `ALTER ROLE postgres PASSWORD '${password}'\n`,
      timeoutMs,
    });
    if (outcome.code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(outcome.output)) {
      throw new EmbeddedServerError(
        'password',
        `${layout.password} is missing, and a new password couldn't be set: restore that file from a backup. ` +
          `PostgreSQL said:\n${outcome.output.trim().slice(-2000)}`,
      );
    }
    logger.warn({ file: layout.password }, 'the password file was missing: set a new password');
  } finally {
    await shared.close();
  }
}
