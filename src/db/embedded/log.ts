import { closeSync, constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { copyFile, rename, stat } from 'node:fs/promises';
import { type Layout, openOwn } from './layout.ts';

const ROTATE_AT_START = 1024 * 1024;
const LIMIT = 8 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;
const TAIL = 4096;

/** What the embedded server tells about itself; pino's loggers fit. */
export interface EmbeddedLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The server's log: a plain file that PostgreSQL inherits, so that it needs nothing from us to go on writing. */
export interface ServerLog {
  readonly fd: number;
  /** From here on counts for `tail()`: an attempt to start begins. */
  mark(): void;
  /** The last lines since then. */
  tail(): string;
  close(): void;
}

/** Opens the log for appending. It is kept below 8 MB, and one older file of at most that size beside it. */
export async function openLog(layout: Layout): Promise<ServerLog> {
  const { size } = await stat(layout.log).catch(() => ({ size: 0 }));
  if (size > ROTATE_AT_START) await rename(layout.log, layout.previousLog);
  const fd = openOwn(layout.log, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT);
  let start = fstatSync(fd).size;

  // PostgreSQL can only bound its own log by time. Truncating is safe: everyone writes at the end of the file.
  const timer = setInterval(() => {
    if (fstatSync(fd).size <= LIMIT) return;
    copyFile(layout.log, layout.previousLog).then(
      () => open && ftruncateSync(fd),
      () => open && ftruncateSync(fd), // a disk that is full must not keep the log from shrinking
    );
  }, CHECK_EVERY_MS).unref();

  let open = true;
  return {
    fd,
    mark() {
      start = fstatSync(fd).size;
    },
    tail() {
      const end = fstatSync(fd).size;
      const from = Math.max(start <= end ? start : 0, end - TAIL);
      const buffer = Buffer.alloc(end - from);
      readSync(fd, buffer, 0, buffer.length, from);
      return buffer.toString('utf8').trim();
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      closeSync(fd);
    },
  };
}
