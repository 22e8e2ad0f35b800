import { createServer, type Server } from 'node:http';
import request from 'supertest';
import { type Config, loadConfig } from '../../src/config.ts';
import { type ContainerOptions, createContainer } from '../../src/container.ts';
import type { Schemas } from '../../src/contract/types.ts';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { createLogger } from '../../src/http/logging.ts';
import type { AccountMails } from '../../src/mail/account-mails.ts';
import { findOperation } from './contract.ts';
import { JWT_SECRET } from './secret.ts';
import { recordStatements, served } from './statement-records.ts';
import { type StatusRecord, saveRecords } from './status-records.ts';
import { createTestDatabase, PREPARE } from './test-database.ts';

export type Agent = ReturnType<typeof request>;

/** Tokens that travel in bodies, as they do unless a browser asks otherwise. */
export type TestTokens = Schemas['TokenSet'] & { readonly refresh_token: string };

/** An account with its tokens, ready to make requests. */
export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly tokens: TestTokens;
  /** Value of the `Authorization` header. */
  readonly authorization: string;
}

export interface TestApp {
  readonly server: Server;
  /** The tests' own connection, to look behind the API. */
  readonly database: Database;
  readonly config: Config;
  /** Requests without credentials. */
  readonly anonymous: Agent;
  /** Requests as this user. */
  as(user: Pick<TestUser, 'authorization'>): ReturnType<typeof request.agent>;
  /** Registers an account nobody else knows. */
  register(overrides?: Partial<Schemas['UserRegister']>): Promise<TestUser>;
  /** Moves the server's clock. */
  advance(milliseconds: number): void;
  /** Works on jobs from now on: mails are sent. */
  startJobs(): void;
  /** Mails that only other operations cause. */
  readonly mails: AccountMails;
  /** Turns readiness off, as a stop does. */
  drain(): void;
  close(): Promise<void>;
}

let registered = 0;

/**
 * The real server on a database of its own; or, given a `DATABASE_URL`, beside whoever made that one. Every status that
 * it answers is noted for the coverage check, and every statement that it sends for the one of statements.
 */
export async function createTestApp(
  environment: Readonly<Record<string, string>> = {},
  { refusalDelay = 0 }: Pick<ContainerOptions, 'refusalDelay'> = {},
): Promise<TestApp> {
  const { DATABASE_URL: shared } = environment;
  const testDatabase =
    shared === undefined ? await createTestDatabase() : { url: shared, drop: async () => {} };
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: testDatabase.url,
    DATABASE_POOL_MAX: '5',
    DATABASE_PREPARE: String(PREPARE),
    JWT_SECRET,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'fatal',
    // Tests ask more often than anybody should; those about limits switch them on.
    RATE_LIMIT: 'off',
    ...environment,
  });
  const database = openDatabase({ ...config.database, url: testDatabase.url });
  await openConnections(database, config.database.poolMax);
  const saveStatements = recordStatements(database);
  let offset = 0;
  let draining = false;
  const { app, worker, mails, close } = await createContainer({
    config,
    database,
    logger: createLogger(config.logLevel),
    isDraining: () => draining,
    now: () => new Date(Date.now() + offset),
    refusalDelay,
  });
  const records = new Set<StatusRecord>();
  const server = createServer((incoming, response) => {
    const { method = '', url = '' } = incoming;
    const operation = findOperation(method, url);
    response.once('finish', () => {
      if (operation !== undefined)
        records.add(`${operation.method} ${operation.path} ${response.statusCode}`);
    });
    served(() => app(incoming, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const anonymous = request(server);

  return {
    server,
    database,
    config,
    anonymous,
    as: ({ authorization }) => request.agent(server).set('Authorization', authorization),
    register: async (overrides = {}) => {
      registered += 1;
      const email = `user-${process.pid}-${registered}@example.com`;
      const password = 'correct horse battery';
      const body = { email, password, ...overrides };
      const response = await anonymous.post('/api/v1/auth/register').send(body).expect(201);
      const tokens: TestTokens = response.body;
      const authorization = `Bearer ${tokens.access_token}`;
      return { id: tokens.user.id, email: body.email, password: body.password, tokens, authorization };
    },
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    startJobs: () => served(worker.start),
    mails,
    drain: () => {
      draining = true;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await worker.stop();
      await saveRecords(records);
      await saveStatements();
      await close();
      await database.destroy();
      await testDatabase.drop();
    },
  };
}

/**
 * Opens the whole pool beforehand. On a busy machine a connection can take longer than the server waits for one, and
 * simultaneous requests shall meet in the database, rather than queue for the one connection there is.
 */
async function openConnections(database: Database, count: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await Promise.all(Array.from({ length: count }, () => database.raw('select pg_sleep(0.05)')));
      return;
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
}
