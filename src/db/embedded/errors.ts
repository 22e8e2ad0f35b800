/** What went wrong, for code that wants to tell the cases apart; people read the message. */
export type EmbeddedServerErrorCode =
  | 'unsupported_platform'
  | 'binaries'
  | 'folder'
  | 'in_use'
  | 'orphan'
  | 'version'
  | 'disk_full'
  | 'initdb'
  | 'password'
  | 'port'
  | 'start'
  | 'timeout';

/** The embedded PostgreSQL can't be used; the message says why and what to do about it. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  readonly code: EmbeddedServerErrorCode;

  constructor(code: EmbeddedServerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The way out that always exists. */
export const USE_A_SERVER = 'or set DATABASE_URL to a PostgreSQL server of your own';

/** The `code` of a system or PostgreSQL error (`EACCES`, `28P01`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Recognises a full disk in what PostgreSQL or the file system said, wherever it happens. */
export function diskFullError(said: string, folder: string): EmbeddedServerError | undefined {
  if (!/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(said)) return undefined;
  return new EmbeddedServerError(
    'disk_full',
    `The disk of ${folder} is full. A new embedded PostgreSQL takes about 50 MB, and needs room to grow: ` +
      `free some space, set DATA_DIR to a folder on another disk, ${USE_A_SERVER}. PostgreSQL said:\n${said}`,
  );
}
