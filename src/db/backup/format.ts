/**
 * A backup is one gzip stream of lines:
 *
 *     taskpact backup 1
 *     {"version":…,"createdAt":…,"migrations":[…]}
 *     {"table":"public.users","columns":[…]}
 *     … rows as COPY writes them, then \. …
 *     … further tables …
 *     {"rows":{"public.users":2,…}}
 *
 * The last line tells that it is whole; gzip's checksum that it is unharmed.
 */
export const MAGIC = 'taskpact backup 1';

/** Ends the rows of a table. In COPY's text format a backslash is always escaped, so no row can look like it. */
export const END_OF_ROWS = '\\.';

export interface Header {
  /** Of the Taskpact that made it. */
  readonly version: string;
  readonly createdAt: string;
  /** Names of the migrations that its tables have. */
  readonly migrations: readonly string[];
}

export interface TableHeader {
  /** With its schema. */
  readonly table: string;
  readonly columns: readonly string[];
}

export interface Footer {
  /** How many, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** A backup can't be made or read; the message says why, and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
