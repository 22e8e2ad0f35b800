import { existsSync } from 'node:fs';
import { lchown, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, EmbeddedServerError, messageOf } from './errors.ts';

/** The user and group that PostgreSQL's programs run as, when that isn't ourselves. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`: in every passwd file, so that nothing has to be added to the system. */
const NOBODY: Identity = { uid: 65534, gid: 65534 };

/** Our own uid; undefined where there is no such thing (Windows). */
export function ownUid(): number | undefined {
  return process.geteuid?.();
}

/**
 * PostgreSQL refuses to run as root. If we are root it runs as the owner of the cluster, or as `nobody` if there is
 * no cluster yet (or root owns it, as after a restored backup). If we are not root it runs as ourselves: undefined.
 */
export async function chooseIdentity(cluster: string): Promise<Identity | undefined> {
  const uid = ownUid();
  if (uid === undefined) return undefined;
  const owner = await lstat(cluster).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (uid === 0) {
    if (owner === undefined || owner.uid === 0) return NOBODY;
    return { uid: owner.uid, gid: owner.gid === 0 ? NOBODY.gid : owner.gid };
  }
  if (owner !== undefined && owner.uid !== uid) {
    throw new EmbeddedServerError(
      'folder',
      `${cluster} belongs to the user with uid ${owner.uid}, and this process runs with uid ${uid}: start it as ` +
        `that user or as root, give the folder to this user (chown -R ${uid}), or set DATA_DIR to another folder.`,
    );
  }
  return undefined;
}

/** Gives a folder and all that is in it to the identity; symbolic links themselves, never what they point at. */
export async function giveTo(identity: Identity, path: string): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) {
      for (const name of await readdir(path)) await giveTo(identity, join(path, name));
    }
    await lchown(path, identity.uid, identity.gid); // last: the folder itself tells that all in it is done
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw error;
    throw new EmbeddedServerError(
      'folder',
      `${path} can't be given to the user with uid ${identity.uid}, which PostgreSQL has to run as because this ` +
        `process is root: ${messageOf(error)}. Start as an ordinary user, or set DATA_DIR to a folder on a file system ` +
        'that keeps owners.',
      error,
    );
  }
}

/** A folder as a child process names it, and what the child has to inherit for that. */
export interface SharedFolder {
  readonly path: string;
  /** To append to the child's `stdio` of three. */
  readonly stdio: readonly number[];
  close(): Promise<void>;
}

/**
 * Lets a child with another identity work in a folder of ours even where it can't pass the folders above (a checkout
 * under /root, or our own 0700 folder): Linux opens `/proc/self/fd/3` as the folder that the inherited descriptor
 * refers to, without looking at the way there. Everything the child starts inherits the descriptor as well.
 */
export async function shareFolder(folder: string, identity: Identity | undefined): Promise<SharedFolder> {
  if (identity === undefined || !sharesByDescriptor()) {
    return { path: folder, stdio: [], close: async () => {} };
  }
  const handle = await open(folder, 'r');
  return { path: '/proc/self/fd/3', stdio: [handle.fd], close: () => handle.close() };
}

/** Whether a child with another identity can reach a folder by descriptor, so that the way there can stay closed. */
export function sharesByDescriptor(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd');
}
