import type { Socket } from 'node:net';
import createKnex, { type Knex } from 'knex';
import type pg from 'pg';
import { connectionTo } from './connection.ts';
import { timestampTypes } from './timestamps.ts';

export type Database = Knex;

export interface DatabaseOptions {
  readonly url: string;
  readonly poolMax: number;
  /** False behind a transaction pooler: neither named statements nor start-up parameters then. */
  readonly prepare: boolean;
}

/** Milliseconds. The client's limit lies above the server's, so that the server's clearer answer comes first. */
export const DATABASE_LIMITS = {
  acquire: 1_000,
  connect: 2_000,
  lock: 3_000,
  statement: 5_000,
  idleInTransaction: 10_000,
  query: 6_000,
} as const;

/** Those that PostgreSQL keeps, by its names for them. */
const SERVER_LIMITS = {
  statement_timeout: DATABASE_LIMITS.statement,
  lock_timeout: DATABASE_LIMITS.lock,
  idle_in_transaction_session_timeout: DATABASE_LIMITS.idleInTransaction,
};

/** Opens a pool. No connection is made before the first query. */
export function openDatabase({ url, poolMax, prepare }: DatabaseOptions): Database {
  const connection: pg.ClientConfig = {
    ...connectionTo(url),
    application_name: 'taskpact',
    connectionTimeoutMillis: DATABASE_LIMITS.connect,
    keepAlive: true,
    types: timestampTypes,
    // A pooler refuses start-up parameters that it does not know.
    ...(prepare ? SERVER_LIMITS : {}),
  };
  /** Connections, by knex's name for them, that lead to where nothing can be written. */
  const readOnly = new Set<string>();
  const pool: Knex.PoolConfig & { validate: (client: PooledClient) => boolean } = {
    min: 0,
    max: poolMax,
    afterCreate: endWhenSilent,
    // A connection that still waits for an answer must not be used again.
    validate: (client) => !readOnly.delete(client.__knexUid) && client.readyForQuery === true,
  };
  const database = createKnex({
    client: 'pg',
    connection: connection as Knex.PgConnectionConfig,
    pool,
    acquireConnectionTimeout: DATABASE_LIMITS.acquire,
    asyncStackTraces: false,
    log: SILENT,
  });
  preparing.set(database.client.config, prepare);
  // After a failover the primary is elsewhere, or this one has changed its mind: a new connection finds out.
  database.on('query-error', ({ code }: { code?: string }, { __knexUid }: PooledClient) => {
    if (code === READ_ONLY) readOnly.add(__knexUid);
  });
  return database;
}

/** What knex and pg know of a connection. */
interface PooledClient {
  readonly __knexUid: string;
  readonly readyForQuery?: boolean;
  readonly connection: { readonly stream: Socket };
}

/**
 * Ends the connection when the server says nothing for longer than the limit though it was asked something. One timer for
 * each connection; pg's `query_timeout` keeps every result in memory for long (ADR 17).
 */
function endWhenSilent(client: PooledClient, done: (error: null, client: PooledClient) => void): void {
  const { stream } = client.connection;
  stream.setTimeout(DATABASE_LIMITS.query, () => {
    if (client.readyForQuery !== true) stream.destroy(new Error('Query read timeout'));
  });
  done(null, client);
}

const READ_ONLY = '25006';

/**
 * Opens one connection without the limits of serving: a migration may take long, only it may not hold up others by
 * waiting for a lock.
 */
export function openForMigrations({ url, prepare }: Pick<DatabaseOptions, 'url' | 'prepare'>): Database {
  const limits = prepare ? { lock_timeout: DATABASE_LIMITS.lock } : {};
  const database = createKnex({
    client: 'pg',
    connection: {
      ...connectionTo(url),
      application_name: 'taskpact-migrate',
      ...limits,
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: 1 },
    acquireConnectionTimeout: 10_000,
    log: SILENT,
  });
  preparing.set(database.client.config, prepare);
  return database;
}

/** knex prints lost connections to the console, in no form; whoever needs one gets the error itself. */
const SILENT: Knex.Logger = { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} };

/** By configuration, which a transaction shares with its pool. */
const preparing = new WeakMap<object, boolean>();

/**
 * Makes the query a named prepared statement, which PostgreSQL parses and plans once per connection.
 *
 * @param name unique for the text of the statement
 */
export function prepared<Q extends Knex.QueryBuilder | Knex.Raw>(
  database: Database,
  name: string,
  query: Q,
): Q {
  return preparing.get(database.client.config) === false ? query : (query.options({ name }) as Q);
}

/** Names of the limits that PostgreSQL does not keep on the connections of this pool. */
export async function missingLimits(database: Database): Promise<string[]> {
  return database('pg_settings')
    .whereIn('name', Object.keys(SERVER_LIMITS))
    .where({ setting: '0' })
    .pluck('name');
}

/** One round trip; throws when the database does not answer in time. */
export async function ping(database: Database): Promise<void> {
  await database.raw('select 1');
}
