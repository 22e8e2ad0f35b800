import { lstat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, locateBinaries } from './binaries.ts';
import {
  type ClusterContext,
  createCluster,
  hasCluster,
  removeUnfinished,
  resetPassword,
} from './cluster.ts';
import { applicationUrl, prepareDatabase } from './database.ts';
import { diskFullError, EmbeddedServerError, USE_A_SERVER } from './errors.ts';
import { type ExitInfo, freePort, launch, type Running, ServerEndedError } from './launch.ts';
import { explained, prepareHome } from './layout.ts';
import { type FolderLock, lockFolder } from './lock.ts';
import { type EmbeddedLogger, openLog, type ServerLog } from './log.ts';
import { newPasswords, type Passwords, readPasswords, writePasswords } from './password.ts';
import { stopOrphan } from './postmaster.ts';
import { chooseIdentity, giveTo } from './privileges.ts';
import { makeRunnable } from './runnable.ts';

export { EmbeddedServerError, type EmbeddedServerErrorCode } from './errors.ts';
export type { ExitInfo } from './launch.ts';
export type { EmbeddedLogger } from './log.ts';

/** A PostgreSQL server that belongs to this process. */
export interface EmbeddedServer {
  /** Role, password, port and database of the application: `postgres://taskpact:...@127.0.0.1:.../taskpact`. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has ended, whether by `stop()` (`expected`) or on its own. Never rejects. */
  readonly exited: Promise<ExitInfo>;
  /** Shuts the server down and lets go of the folder. Can be called more than once. */
  stop(): Promise<void>;
}

/** How to start the embedded server. */
export interface EmbeddedServerOptions {
  /** DATA_DIR; everything is kept in its folder `postgres`. */
  readonly dataDir: string;
  readonly logger: EmbeddedLogger;
  /** Further PostgreSQL settings. Without `fsync=off` data survives a power failure. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long each of initdb and the server's start may take; recovery after a crash is part of it. Default 60 s. */
  readonly startTimeoutMs?: number;
}

/** What tests replace. */
export interface Seams {
  locate(): Promise<Binaries>;
  pickPort(): Promise<number>;
  readonly copyPlaces?: readonly string[];
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_checkpoints: 'off',
  // No users' data in the log.
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

const PORT_ATTEMPTS = 5;
const RETRY_MS = 10_000;

/**
 * Starts the PostgreSQL that comes as an npm package, on a cluster below `dataDir`, which is made at the first start.
 * Takes over a server that a killed process left behind; refuses a folder that a living one uses.
 * Throws an EmbeddedServerError that says what to do.
 */
export async function startEmbeddedServer(
  options: EmbeddedServerOptions,
  seams: Seams = { locate: locateBinaries, pickPort: freePort },
): Promise<EmbeddedServer> {
  const located = await seams.locate();
  const layout = await prepareHome(options.dataDir);
  const lock = lockFolder(layout);
  let log: ServerLog | undefined;
  let running: Running | undefined;
  try {
    const identity = await chooseIdentity(layout.cluster);
    const { logger } = options;
    const binaries = await makeRunnable(located, identity, logger, seams.copyPlaces);
    const timeoutMs = options.startTimeoutMs ?? 60_000;
    const context: ClusterContext = { layout, binaries, identity, logger, timeoutMs };
    const settings = { ...SETTINGS, ...options.settings };
    const { passwords, isNew } = await prepareCluster(context, settings.fsync !== 'off');
    log = await openLog(layout);
    running = await launchOnFreePort(context, settings, log, seams.pickPort);
    await prepareDatabase(running.port, passwords, layout, isNew);
    return handOver(running, passwords, context, log, lock);
  } catch (error) {
    await running?.end();
    log?.close();
    lock.release();
    throw explained(error, layout.home);
  }
}

/** Leaves a cluster that a server can be started on, and whose superuser has the password that it returns. */
async function prepareCluster(
  context: ClusterContext,
  sync: boolean,
): Promise<{ passwords: Passwords; isNew: boolean }> {
  const { layout, identity, logger, binaries } = context;
  await removeUnfinished(layout, logger);
  const stored = await readPasswords(layout);
  const passwords = stored ?? newPasswords();
  if (await hasCluster(layout, binaries)) {
    await stopOrphan(context);
    // A backup that root restored belongs to root.
    if (identity !== undefined && (await lstat(layout.cluster)).uid === 0)
      await giveTo(identity, layout.cluster);
    if (stored === undefined) {
      await resetPassword(context, passwords.superuser);
      await writePasswords(layout, passwords);
    }
    return { passwords, isNew: false };
  }
  logger.info({ folder: layout.home }, 'making a new PostgreSQL cluster');
  if (stored === undefined) await writePasswords(layout, passwords);
  await createCluster(context, passwords.superuser, sync);
  return { passwords, isNew: true };
}

async function launchOnFreePort(
  context: ClusterContext,
  settings: Readonly<Record<string, string>>,
  log: ServerLog,
  pickPort: Seams['pickPort'],
): Promise<Running> {
  const until = Date.now() + RETRY_MS;
  for (let portsTaken = 0; ; ) {
    try {
      return await launch(context, await pickPort(), settings, log);
    } catch (error) {
      if (!(error instanceof ServerEndedError)) throw error;
      if (/could not create any TCP\/IP sockets/.test(error.said)) {
        portsTaken += 1;
        if (portsTaken < PORT_ATTEMPTS) continue;
        throw new EmbeddedServerError(
          'port',
          `The embedded PostgreSQL found no port of 127.0.0.1 to listen on in ${PORT_ATTEMPTS} attempts: see what takes ` +
            `them, ${USE_A_SERVER}. It said:\n${error.said}`,
        );
      }
      // Processes of a killed server that are still about to end, or an orphan that was only just starting.
      const inTheWay = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;
      if (!inTheWay.test(error.said) || Date.now() > until) throw startFailed(error.said, context);
      await sleep(100);
      await stopOrphan(context);
    }
  }
}

function startFailed(said: string, { layout }: ClusterContext): EmbeddedServerError {
  return (
    diskFullError(said, layout.home) ??
    new EmbeddedServerError(
      'start',
      `The embedded PostgreSQL in ${layout.cluster} doesn't start. Put right what it says; if its files are damaged, ` +
        `restore ${layout.home} from a backup, or move it away to begin with an empty database. The last lines of ` +
        `${layout.log}:\n${said}`,
    )
  );
}

function handOver(
  running: Running,
  passwords: Passwords,
  { layout, logger }: ClusterContext,
  log: ServerLog,
  lock: FolderLock,
): EmbeddedServer {
  const { pid, port, exited } = running;
  logger.info({ pid, port, folder: layout.home }, 'the embedded PostgreSQL is ready');
  exited.then(({ code, signal, expected }) => {
    if (!expected)
      logger.error({ pid, code, signal, log: layout.log }, 'the embedded PostgreSQL ended unexpectedly');
  });
  const stop = async () => {
    const ended = await running.end();
    log.close();
    // A server that can't be ended keeps its folder; the lock goes when this process does.
    if (ended) lock.release();
    else logger.error({ pid, folder: layout.home }, 'the embedded PostgreSQL can not be stopped');
  };
  let stopping: Promise<void> | undefined;
  return {
    url: applicationUrl(port, passwords),
    pid,
    exited,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
