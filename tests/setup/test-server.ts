import type { Server } from 'node:http';
import { type Config, loadConfig } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import type { Schemas } from '../../src/contract/types.ts';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { createLogger } from '../../src/http/logging.ts';
import {
  createHttpServer,
  type HttpServer,
  listen,
  SERVER_LIMITS,
  type ServerLimits,
} from '../../src/http/server.ts';
import { JWT_SECRET } from './secret.ts';
import type { LogLine } from './service-process.ts';
import { recordStatements, served } from './statement-records.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from './test-database.ts';

export interface TestServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ServerLimits>;
  /** How the server reaches its database, when not directly. */
  readonly reach?: (url: string) => string;
}

/** The whole server, with its limits and on a real socket, in this process. */
export interface TestServer extends HttpServer {
  readonly port: number;
  readonly origin: string;
  /** What the server itself uses. */
  readonly database: Database;
  /** The tests' own connection, past whatever stands in front of the database. */
  readonly behind: Database;
  readonly metricsServer: Server;
  readonly config: Config;
  /** Every line of the log, from `debug` up. */
  readonly lines: readonly LogLine[];
  /** Registers an account nobody else knows. @returns the value of its `Authorization` header */
  register(): Promise<string>;
  destroy(): Promise<void>;
}

let registered = 0;

export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { environment = {}, limits = {}, reach = (url) => url } = options;
  const testDatabase: TestDatabase = await createTestDatabase();
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: reach(testDatabase.url),
    DATABASE_POOL_MAX: '5',
    DATABASE_PREPARE: String(PREPARE),
    JWT_SECRET,
    BCRYPT_COST: '4',
    RATE_LIMIT: 'off',
    ...environment,
  });
  const database = openDatabase({ ...config.database, url: config.database.url ?? '' });
  const behind = openDatabase({ url: testDatabase.url, poolMax: 3, prepare: false });
  const lines: LogLine[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
  let http: HttpServer | undefined;
  const isDraining = (): boolean => http?.isDraining() ?? false;
  const { app, refuseSurplus, document, metricsServer } = await createContainer({
    config,
    database,
    logger,
    isDraining,
  });
  const { publicUrl } = config;
  http = createHttpServer({
    app,
    refuseSurplus,
    document,
    publicUrl,
    logger,
    limits: { ...SERVER_LIMITS, ...limits },
  });
  const saveStatements = recordStatements(database);
  const { server, close } = http;
  // What comes of a connection belongs to where the server began to listen.
  const port = await served(() => listen(server, 0, '127.0.0.1'));
  const origin = `http://127.0.0.1:${port}`;

  return {
    ...http,
    port,
    origin,
    database,
    behind,
    metricsServer,
    config,
    lines,
    register: () => registerAt(origin),
    destroy: async () => {
      server.closeAllConnections();
      await close(0);
      metricsServer.close();
      await saveStatements();
      await database.destroy();
      await behind.destroy();
      await testDatabase.drop();
    },
  };
}

/** Registers an account at a running server. @returns the value of its `Authorization` header */
export async function registerAt(origin: string): Promise<string> {
  registered += 1;
  const email = `user-${process.pid}-${registered}@example.com`;
  const answer = await fetch(`${origin}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery' }),
  });
  if (answer.status !== 201) throw new Error(`Registering answered ${answer.status}: ${await answer.text()}`);
  const { access_token: token } = (await answer.json()) as Schemas['TokenSet'];
  return `Bearer ${token}`;
}
