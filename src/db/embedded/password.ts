import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, writeSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { codeOf, EmbeddedServerError } from './errors.ts';
import { type Layout, openOwn } from './layout.ts';

/** What the roles of the embedded server log in with. */
export interface Passwords {
  /** The superuser `postgres`, for administration only; this is what the file holds. */
  readonly superuser: string;
  /** The role `taskpact`, which the application uses. */
  readonly application: string;
}

/** Reads the password file; undefined if there is none. */
export async function readPasswords(layout: Layout): Promise<Passwords | undefined> {
  const stored = await readFile(layout.password, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stored === undefined) return undefined;
  if (!/^[0-9a-f]{48}\n?$/.test(stored)) throw wrongPassword(layout);
  return passwordsFrom(stored.trim());
}

/** The file holds something else than the cluster knows, as after restoring only one of them. */
export function wrongPassword(layout: Layout): EmbeddedServerError {
  return new EmbeddedServerError(
    'password',
    `${layout.password} doesn't hold the password of the cluster beside it: restore the file from a backup, or delete ` +
      'it and start again, and a new password is set.',
  );
}

/** Makes up new passwords. */
export function newPasswords(): Passwords {
  return passwordsFrom(randomBytes(24).toString('hex'));
}

/** Writes the password file: whole, and on the disk before anything depends on it. */
export async function writePasswords(layout: Layout, passwords: Passwords): Promise<void> {
  const unfinished = `${layout.password}.new`;
  const fd = openOwn(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeSync(fd, `${passwords.superuser}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  await rename(unfinished, layout.password);
}

function passwordsFrom(superuser: string): Passwords {
  return { superuser, application: createHmac('sha256', superuser).update('taskpact').digest('hex') };
}
