import type { Server } from 'node:http';
import { type Config, ConfigError } from './config.ts';
import { type Container, createContainer } from './container.ts';
import { connectionAdvice } from './db/connection.ts';
import { type EmbeddedServer, startEmbeddedServer } from './db/embedded/server.ts';
import {
  type Database,
  type DatabaseOptions,
  missingLimits,
  openDatabase,
  openForMigrations,
} from './db/knex.ts';
import { migrateUp, pendingMigrations } from './db/migrations.ts';
import type { Logger } from './http/logging.ts';
import { createHttpServer, type HttpServer, listen } from './http/server.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface Service {
  readonly port: number;
  /** Undefined when there are no metrics. */
  readonly metricsPort: number | undefined;
  /** Finishes what is under way and closes everything; rejects with the first failure, after trying all of it. */
  stop(): Promise<void>;
  /** Settles when something that the service can't live without has ended by itself. */
  readonly failed: Promise<unknown>;
}

/**
 * Starts what has to run, in order: database, metrics, server, jobs. Stops it in the opposite order.
 *
 * @throws ConfigError when an address can't be listened on
 * @throws EmbeddedServerError
 */
export async function startService(config: Config, logger: Logger, tracing?: Tracing): Promise<Service> {
  // Last of all, when there are no more spans to come.
  const stops: (() => Promise<void>)[] = tracing === undefined ? [] : [() => tracing.stop()];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const step of stops.splice(0).reverse()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const embedded = config.database.url === undefined ? await startEmbedded(config, logger) : undefined;
    if (embedded !== undefined) stops.push(() => embedded.stop());
    const options = { ...config.database, url: embedded?.url ?? config.database.url ?? '' };
    if (embedded !== undefined) await migrate(options, logger);
    const database = openDatabase(options);
    stops.push(() => database.destroy());
    if (embedded === undefined) await reportDatabase(database, config.database.prepare, logger);

    const { http, metricsServer, worker, close } = await createServers(config, database, logger, tracing);
    stops.push(close);
    const metricsPort = await listenOn(metricsServer, config.host, 'METRICS_PORT', config.metricsPort);
    stops.push(() => closeAtOnce(metricsServer));
    stops.push(() => worker.stop());
    const port = await listenOn(http.server, config.host, 'PORT', config.port);
    stops.push(() => http.close(config.shutdownDelay));
    logger.info({ ...describe(config, port), metricsPort, ms: Math.round(process.uptime() * 1000) }, 'ready');
    // Now that nobody waits for it; and it can wait for what it needs.
    worker.start();
    return { port, metricsPort, stop, failed: embedded?.exited ?? new Promise(() => {}) };
  } catch (error) {
    await stop().catch((failure: unknown) => logger.error({ err: failure }, 'could not stop in order'));
    throw error;
  }
}

async function startEmbedded(config: Config, logger: Logger): Promise<EmbeddedServer> {
  logger.info({ dataDir: config.dataDir }, 'DATABASE_URL is not set: starting the embedded PostgreSQL');
  return startEmbeddedServer({ dataDir: config.dataDir, logger });
}

async function migrate(options: DatabaseOptions, logger: Logger): Promise<void> {
  const database = openForMigrations(options);
  try {
    const applied = await migrateUp(database);
    if (applied.length > 0) logger.info({ applied }, 'database migrated');
  } finally {
    await database.destroy();
  }
}

const LACKS_MIGRATIONS =
  'the database lacks migrations: run `taskpact migrate`, or `npm run migrate` in the source';

const LACKS_LIMITS =
  'the database waits without a limit: set these for the role of DATABASE_URL, as docs/deployment.md says';

/**
 * A database of the operator's is migrated by the operator; until then the server is up but not ready. Behind a pooler
 * the operator sets the limits as well.
 */
async function reportDatabase(database: Database, prepare: boolean, logger: Logger): Promise<void> {
  try {
    const unlimited = prepare ? [] : await missingLimits(database);
    if (unlimited.length > 0) logger.warn({ unlimited }, LACKS_LIMITS);
    const pending = await pendingMigrations(database);
    if (pending.length > 0) logger.warn({ pending }, LACKS_MIGRATIONS);
  } catch (error) {
    logger.warn({ err: error }, connectionAdvice(error) ?? 'the database does not answer yet');
  }
}

async function createServers(
  config: Config,
  database: Database,
  logger: Logger,
  tracing: Tracing | undefined,
): Promise<{ http: HttpServer } & Pick<Container, 'metricsServer' | 'worker' | 'close'>> {
  let http: HttpServer | undefined;
  const isDraining = (): boolean => http?.isDraining() ?? false;
  const container = await createContainer({ config, database, logger, isDraining, tracing });
  const { app, refuseSurplus, document, metricsServer, worker, close } = container;
  await container.inviteFirstAdmin();
  http = createHttpServer({ app, refuseSurplus, document, publicUrl: config.publicUrl, logger });
  return { http, metricsServer, worker, close };
}

/** Where to listen is the operator's choice, so a failure says what to change. */
async function listenOn<Port extends number | undefined>(
  server: Server,
  host: string,
  variable: 'PORT' | 'METRICS_PORT',
  port: Port,
): Promise<number | Port> {
  if (port === undefined) return port;
  return listen(server, port, host).catch((error: NodeJS.ErrnoException) => {
    const message =
      error.code === 'EADDRINUSE'
        ? `${host}:${port} is in use. Set ${variable} to another port.`
        : `it can't listen on ${host}:${port} (${error.code}). Set HOST and ${variable}.`;
    throw new ConfigError(message, { cause: error });
  });
}

async function closeAtOnce(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
}

function describe(config: Config, port: number): { host: string; port: number; docs: string } {
  const origin = config.port === 0 ? `http://localhost:${port}` : config.publicUrl;
  return { host: config.host, port, docs: `${origin}/docs` };
}
