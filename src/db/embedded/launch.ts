import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterContext } from './cluster.ts';
import { EmbeddedServerError } from './errors.ts';
import type { ServerLog } from './log.ts';
import { readPostmasterFile, shutDown, signalServer } from './postmaster.ts';
import { shareFolder } from './privileges.ts';
import { cannotRun, toolOptions } from './tools.ts';

const POLL_MS = 10;

/** How a server ended; `expected` if it was told to. */
export interface ExitInfo {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly expected: boolean;
}

/** A running server. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly exited: Promise<ExitInfo>;
  /** Ends it, however long that takes; false if it can't be ended. */
  end(): Promise<boolean>;
}

/** The server ended instead of getting ready; `said` is what it wrote into its log. */
export class ServerEndedError extends Error {
  override readonly name = 'ServerEndedError';
  readonly said: string;

  constructor(said: string) {
    super('the server ended at its start');
    this.said = said;
  }
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts the server on a cluster that no other server uses, and waits until it accepts connections.
 * Throws a ServerEndedError if it ends before that.
 */
export async function launch(
  context: ClusterContext,
  port: number,
  settings: Readonly<Record<string, string>>,
  log: ServerLog,
): Promise<Running> {
  const { layout, timeoutMs } = context;
  log.mark();
  const running = await spawnServer(context, port, settings, log);
  let ended = false;
  running.exited.then(() => {
    ended = true;
  });
  for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(POLL_MS)) {
    if (ended) throw new ServerEndedError(log.tail());
    const file = await readPostmasterFile(layout.cluster);
    if (file?.pid === running.pid && file.ready) return running;
  }
  await running.end();
  throw new EmbeddedServerError(
    'timeout',
    `The embedded PostgreSQL in ${layout.cluster} wasn't ready after ${timeoutMs} ms. After a crash it first reads its ` +
      `log of changes, which takes longer on a slow disk: start again, or look into ${layout.log}. Its last lines:\n` +
      log.tail(),
  );
}

async function spawnServer(
  context: ClusterContext,
  port: number,
  settings: Readonly<Record<string, string>>,
  log: ServerLog,
): Promise<Running> {
  const { layout, identity, binaries } = context;
  const shared = await shareFolder(layout.cluster, identity);
  const args = ['-D', shared.path, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  let child: ChildProcess;
  try {
    child = spawn(binaries.postgres, args, {
      ...toolOptions(identity),
      stdio: ['ignore', log.fd, log.fd, ...shared.stdio],
      // A session of its own: Ctrl-C in a terminal is for us, who still need the database to end in order.
      detached: process.platform !== 'win32',
    });
    await once(child, 'spawn');
  } catch (error) {
    throw cannotRun(binaries.postgres, error, identity);
  } finally {
    await shared.close();
  }
  return supervise(child, child.pid ?? 0, port, binaries.pgCtl);
}

function supervise(child: ChildProcess, pid: number, port: number, pgCtl: string): Running {
  let told = false;
  // However this process ends, if it still can: what can't be caught leaves an orphan for the next start.
  const atOurExit = () => child.kill('SIGINT');
  process.once('exit', atOurExit);
  const exited = new Promise<ExitInfo>((resolve) => {
    child.once('exit', (code, signal) => {
      process.off('exit', atOurExit);
      resolve({ code, signal, expected: told });
    });
  });
  return {
    pid,
    port,
    exited,
    async end() {
      told = true;
      return shutDown({
        // Once it was waited for, its pid can belong to anyone.
        signal: async (name) => {
          if (child.exitCode === null && child.signalCode === null) await signalServer(pid, name, pgCtl);
        },
        endsWithin: (ms) => Promise.race([exited.then(() => true), sleep(ms, false, { ref: false })]),
      });
    },
  };
}
