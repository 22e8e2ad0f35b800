import { closeSync, constants, fchownSync, fstatSync, openSync, statSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf, diskFullError, EmbeddedServerError, messageOf, USE_A_SERVER } from './errors.ts';
import { ownUid, sharesByDescriptor } from './privileges.ts';

/** Where everything of one embedded server is. */
export interface Layout {
  /** `<DATA_DIR>/postgres`, ours alone; back up all of it, with the server stopped. */
  readonly home: string;
  /** PostgreSQL's own folder, which is there only when it is complete. */
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
  readonly previousLog: string;
  readonly lock: string;
  /** The pid of the process that holds the lock, for the message of one that doesn't get it. */
  readonly owner: string;
}

/** The paths below a data folder. */
export function layoutOf(dataDir: string): Layout {
  const home = join(resolve(dataDir), 'postgres');
  return {
    home,
    cluster: join(home, 'data'),
    password: join(home, 'password'),
    log: join(home, 'postgres.log'),
    previousLog: join(home, 'postgres.log.1'),
    lock: join(home, 'lock'),
    owner: join(home, 'owner'),
  };
}

/** Makes the folders, and finds out whether we can work in them. */
export async function prepareHome(dataDir: string): Promise<Layout> {
  const layout = layoutOf(dataDir);
  try {
    await mkdir(layout.home, { recursive: true });
    const { uid } = await stat(layout.home);
    // Root's children have another identity; where they can't be given the folder itself they have to pass through.
    const mode = ownUid() === 0 && !sharesByDescriptor() ? 0o711 : 0o700;
    if (ownUid() === uid) await chmod(layout.home, mode);
    createFile(layout.lock);
  } catch (error) {
    throw explained(error, layout.home);
  }
  return layout;
}

/** Turns a system error into one that says what can be done about the folder; any other stays what it is. */
export function explained(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (error instanceof EmbeddedServerError || code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  const full = diskFullError(messageOf(error), folder);
  if (full !== undefined) return full;
  const uid = ownUid();
  const as = uid === undefined ? 'this user' : `this user (uid ${uid})`;
  return new EmbeddedServerError(
    'folder',
    `The data folder ${folder} can't be made or used (${messageOf(error)}): give ${as} the right to write it, set ` +
      `DATA_DIR to another folder, ${USE_A_SERVER}.`,
    error,
  );
}

/** Creates a file of ours if it isn't there, without ever opening one that is. */
export function createFile(path: string): void {
  try {
    closeSync(openOwn(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/**
 * Opens a file of ours, 0600, never through a symbolic link. If we are root in another user's folder, a new file goes
 * to that user, who will want to start without root again.
 */
export function openOwn(path: string, flags: number): number {
  const fd = openSync(path, flags | (constants.O_NOFOLLOW ?? 0), 0o600);
  if (ownUid() === 0) {
    const folder = statSync(join(path, '..'));
    const file = fstatSync(fd);
    if (folder.uid !== 0 && file.uid === 0 && file.nlink === 1) fchownSync(fd, folder.uid, folder.gid);
  }
  return fd;
}
