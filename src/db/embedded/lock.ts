import { closeSync, constants, readFileSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedServerError, messageOf } from './errors.ts';
import { type Layout, openOwn } from './layout.ts';

/** Held by the one process that may use a folder. */
export interface FolderLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Keeps what is held from being garbage collected, which would let go of the lock. */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process, or says who has it.
 *
 * The lock has to vanish with its holder however that dies, and Node has no file locks; SQLite, which is part of Node,
 * has: an exclusive transaction on an empty database is a lock of the operating system on that file. It works between
 * processes, between containers on one machine, and within one process. Nothing else may open that file: closing it
 * again would drop the lock, which is how POSIX locks are. Hence the second file for the holder's pid.
 */
export function lockFolder(layout: Layout): FolderLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(layout.lock, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (sqliteCode(error) === SQLITE_BUSY) throw inUse(layout);
    throw new EmbeddedServerError(
      'folder',
      `${layout.lock} can't be locked (${messageOf(error)}): DATA_DIR has to be a folder that this user can write, on a ` +
        'file system that has file locks.',
      error,
    );
  }
  const mine = database;
  held.add(mine);
  const release = () => {
    if (!held.delete(mine)) return;
    rmSync(layout.owner, { force: true });
    mine.close();
  };
  try {
    const fd = openOwn(layout.owner, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    writeSync(fd, `${process.pid}\n`);
    closeSync(fd);
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

function inUse(layout: Layout): EmbeddedServerError {
  let pid = '';
  try {
    pid = readFileSync(layout.owner, 'utf8').trim();
  } catch {
    // The holder is about to write it, or to let go.
  }
  const who = pid === '' ? 'another process' : `the process with pid ${pid}`;
  return new EmbeddedServerError(
    'in_use',
    `The data folder ${layout.home} is in use by ${who}, with its embedded PostgreSQL: stop that one first, set ` +
      'DATA_DIR to another folder, or let both use one PostgreSQL server through DATABASE_URL.',
  );
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff; // the low byte is the primary code
}
