import type { Config } from './config.ts';
import { type Container, createContainer } from './container.ts';
import { type EmbeddedServer, startEmbeddedServer } from './db/embedded/server.ts';
import { type Database, openDatabase } from './db/knex.ts';
import { migrateUp, pendingMigrations } from './db/migrations.ts';
import type { Logger } from './http/logging.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';

export interface Service {
  readonly port: number;
  stop(): Promise<void>;
  /** Settles when something that the service can't live without has ended by itself. */
  readonly failed: Promise<unknown>;
}

/** Starts what has to run, in order, and stops it in the opposite order: database, server, metrics. */
export async function startService(config: Config, logger: Logger): Promise<Service> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const embedded = config.database.url === undefined ? await startEmbedded(config, logger) : undefined;
    if (embedded !== undefined) stops.push(() => embedded.stop());
    const database = openDatabase({ ...config.database, url: embedded?.url ?? config.database.url ?? '' });
    stops.push(() => database.destroy());
    if (embedded !== undefined) await migrate(database, logger);
    else await reportMigrations(database, logger);

    const { http, container } = await createServers(config, database, logger);
    stops.push(() => http.close(config.shutdownDelay));
    if (config.metricsPort !== undefined)
      stops.push(await listenMetrics(container, config, config.metricsPort));
    const port = await http.listen(config.port, config.host);
    const docs = `${config.port === 0 ? `http://localhost:${port}` : config.publicUrl}/docs`;
    logger.info({ host: config.host, port, docs, ms: Math.round(process.uptime() * 1000) }, 'ready');
    return { port, stop, failed: embedded === undefined ? new Promise(() => {}) : embedded.exited };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEmbedded(config: Config, logger: Logger): Promise<EmbeddedServer> {
  logger.info({ dataDir: config.dataDir }, 'DATABASE_URL is not set: starting the embedded PostgreSQL');
  return startEmbeddedServer({ dataDir: config.dataDir, logger });
}

async function migrate(database: Database, logger: Logger): Promise<void> {
  const applied = await migrateUp(database);
  if (applied.length > 0) logger.info({ applied }, 'database migrated');
}

/** A database of the operator's is migrated by the operator; until then the server is up but not ready. */
async function reportMigrations(database: Database, logger: Logger): Promise<void> {
  try {
    const pending = await pendingMigrations(database);
    if (pending.length > 0) logger.warn({ pending }, 'the database lacks migrations: run `npm run migrate`');
  } catch (error) {
    logger.warn({ err: error }, 'the database does not answer yet');
  }
}

async function createServers(
  config: Config,
  database: Database,
  logger: Logger,
): Promise<{ http: HttpServer; container: Container }> {
  let http: HttpServer | undefined;
  const isDraining = (): boolean => http?.isDraining() ?? false;
  const container = await createContainer({ config, database, logger, isDraining });
  const { app, document } = container;
  http = createHttpServer({ app, document, publicUrl: config.publicUrl });
  return { http, container };
}

async function listenMetrics(
  { metricsServer }: Container,
  { host }: Config,
  port: number,
): Promise<() => Promise<void>> {
  await new Promise<void>((resolve, reject) => {
    metricsServer.once('error', reject).listen(port, host, resolve);
  });
  return async () => {
    metricsServer.close();
    metricsServer.closeAllConnections();
  };
}
