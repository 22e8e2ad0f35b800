import { resolve } from 'node:path';
import { readDatabaseUrl } from './config/database-url.ts';
import { ConfigError, type Environment, readEnvironment } from './config/environment.ts';
import { type ExternalIssuerConfig, readExternalIssuer } from './config/external-issuer.ts';
import { type Reader, reader } from './config/reader.ts';
import { readJwtSecrets } from './config/secrets.ts';
import { readTracing, type TracingConfig } from './config/tracing.ts';

export { ConfigError, type Environment, readEnvironment, VARIABLES } from './config/environment.ts';
export type { ExternalIssuerConfig } from './config/external-issuer.ts';
export { isEmailAddress } from './config/reader.ts';
export type { TracingConfig } from './config/tracing.ts';

/** Everything that can be set from outside, checked once and frozen. README.md describes each name. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Origin under which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly database: {
    /** Undefined: run the embedded server. */
    readonly url: string | undefined;
    readonly poolMax: number;
    /** False behind a transaction pooler. */
    readonly prepare: boolean;
  };
  readonly jwtSecret: string;
  /** One that is good as well, for the time in which it is replaced. */
  readonly jwtSecretPrevious: string | undefined;
  /** Seconds. */
  readonly accessTokenTtl: number;
  /** Seconds that a session lives without being used. */
  readonly refreshTokenTtl: number;
  /** Seconds that a session lives at most. */
  readonly sessionMaxAge: number;
  readonly bcryptCost: number;
  /** Whether an account can do little until its address is proved. */
  readonly requireEmailVerification: boolean;
  readonly mail: {
    /** Undefined: mails are written to files. */
    readonly smtpUrl: string | undefined;
    readonly from: { readonly name: string; readonly address: string };
    /** Origin of the pages that the links in mails lead to. */
    readonly linkOrigin: string;
  };
  /** Undefined: only tokens of our own are taken. */
  readonly externalIssuer: ExternalIssuerConfig | undefined;
  /** Who is invited to be the first admin; undefined: nobody is. */
  readonly adminEmail: string | undefined;
  readonly corsOrigins: readonly string[];
  /** How many proxies stand in front, or their addresses; false when there is none. */
  readonly trustProxy: false | number | readonly string[];
  readonly rateLimit: {
    /** Off for tests and measurements, or when something in front counts. */
    readonly on: boolean;
    /** Multiplies what the contract allows. */
    readonly scale: number;
    /** Where counts are kept when there is no Redis. */
    readonly store: 'memory' | 'database';
    readonly redisUrl: string | undefined;
  };
  /** Port of the metrics listener, 0 lets the system choose; undefined: no metrics. */
  readonly metricsPort: number | undefined;
  readonly logLevel: string;
  readonly responseValidation: 'strict' | 'log';
  /** Seconds between the readiness turning off and the listener closing. */
  readonly shutdownDelay: number;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingConfig | undefined;
}

/** bcrypt's own bounds are 4..31; above 15 a login takes seconds. */
const BCRYPT_COST = { least: 4, leastInProduction: 12, most: 15 };
/** What is needed to reach the database and to store a password, and no secret besides. */
export type DatabaseConfig = Pick<Config, 'environment' | 'dataDir' | 'database' | 'bcryptCost'>;

/**
 * Checks everything that the server needs. Outside production it makes a secret in `DATA_DIR` if none is given.
 *
 * @throws ConfigError naming the first variable that is wrong
 */
export function loadConfig(environment: Environment = readEnvironment()): Config {
  const read = reader(environment);
  const base = loadDatabaseConfig(environment);
  const isProduction = base.environment === 'production';
  const port = read.integer('PORT', 3000, 0, 65_535);
  const publicUrl = read.origin('PUBLIC_URL', `http://localhost:${port}`);
  return Object.freeze({
    ...base,
    host: read.text('HOST', '127.0.0.1'),
    port,
    publicUrl,
    accessTokenTtl: read.duration('ACCESS_TOKEN_TTL', '15m', 1, 86_400),
    refreshTokenTtl: read.duration('REFRESH_TOKEN_TTL', '30d', 1, 366 * 86_400),
    sessionMaxAge: read.duration('SESSION_MAX_AGE', '90d', 1, 10 * 366 * 86_400),
    requireEmailVerification: read.flag('REQUIRE_EMAIL_VERIFICATION', false),
    mail: Object.freeze({
      smtpUrl: read.smtpUrl('SMTP_URL'),
      from: read.sender('MAIL_FROM', `Taskpact <no-reply@${new URL(publicUrl).hostname}>`),
      linkOrigin: read.origin('APP_URL', publicUrl),
    }),
    externalIssuer: readExternalIssuer(read, isProduction, publicUrl),
    adminEmail: read.email('ADMIN_EMAIL'),
    corsOrigins: read.origins('CORS_ORIGINS'),
    trustProxy: read.trustProxy('TRUST_PROXY'),
    rateLimit: Object.freeze({
      on: read.choice('RATE_LIMIT', ['on', 'off'], 'on') === 'on',
      scale: read.integer('RATE_LIMIT_SCALE', 1, 1, 1_000_000),
      store: read.choice('RATE_LIMIT_STORE', ['memory', 'database'], 'memory'),
      redisUrl: read.url('REDIS_URL', /^rediss?:$/, 'redis://'),
    }),
    metricsPort: readMetricsPort(read, port),
    logLevel: read.choice(
      'LOG_LEVEL',
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
    ),
    responseValidation: read.choice('RESPONSE_VALIDATION', ['strict', 'log'], 'strict'),
    shutdownDelay: read.duration('SHUTDOWN_DELAY', isProduction ? '5s' : '0s', 0, 300),
    tracing: readTracing(read),
    // Last, because it may write a file.
    ...readJwtSecrets(read, { isProduction, dataDir: base.dataDir }),
  });
}

/** Checks as much as the commands beside the server need. @throws ConfigError naming the first variable that is wrong */
export function loadDatabaseConfig(environment: Environment = readEnvironment()): DatabaseConfig {
  const read = reader(environment);
  const mode = read.choice('NODE_ENV', ['development', 'production', 'test'], 'development');
  const leastCost = mode === 'production' ? BCRYPT_COST.leastInProduction : BCRYPT_COST.least;
  return Object.freeze({
    environment: mode,
    dataDir: resolve(read.text('DATA_DIR', '.data')),
    database: Object.freeze({
      url: readDatabaseUrl(read),
      poolMax: read.integer('DATABASE_POOL_MAX', 10, 1, 500),
      prepare: read.flag('DATABASE_PREPARE', true),
    }),
    bcryptCost: read.integer('BCRYPT_COST', 12, leastCost, BCRYPT_COST.most),
  });
}

function readMetricsPort(read: Reader, port: number): number | undefined {
  if (read.text('METRICS_PORT', '') === '') return undefined;
  const metricsPort = read.integer('METRICS_PORT', 0, 0, 65_535);
  if (metricsPort === port && port !== 0)
    throw new ConfigError('METRICS_PORT must be another port than PORT.');
  return metricsPort;
}
