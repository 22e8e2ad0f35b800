import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

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
}

/** Another issuer whose tokens are taken. */
export interface ExternalIssuerConfig {
  /** Where its keys are. */
  readonly jwksUrl: string;
  /** `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** What the `aud` of its tokens has to name. */
  readonly audience: string;
}

/** A setting is missing or malformed. The message names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Every name that is read, and so every name that a file `.env` may hold; `.env.example` explains them. */
export const VARIABLES = [
  'NODE_ENV',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'DATA_DIR',
  'DATABASE_URL',
  'DATABASE_POOL_MAX',
  'DATABASE_PREPARE',
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'ACCESS_TOKEN_TTL',
  'REFRESH_TOKEN_TTL',
  'SESSION_MAX_AGE',
  'BCRYPT_COST',
  'REQUIRE_EMAIL_VERIFICATION',
  'SMTP_URL',
  'MAIL_FROM',
  'APP_URL',
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'ADMIN_EMAIL',
  'CORS_ORIGINS',
  'TRUST_PROXY',
  'RATE_LIMIT',
  'RATE_LIMIT_SCALE',
  'RATE_LIMIT_STORE',
  'REDIS_URL',
  'METRICS_PORT',
  'LOG_LEVEL',
  'RESPONSE_VALIDATION',
  'SHUTDOWN_DELAY',
] as const;
type Variable = (typeof VARIABLES)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/** bcrypt's own bounds are 4..31; above 15 a login takes seconds. */
const BCRYPT_COST = { least: 4, leastInProduction: 12, most: 15 };
/** RFC 7518 section 3.2: an HS256 key has at least 256 bits. */
const SECRET_BYTES = 32;

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
    corsOrigins: Object.freeze(
      read.list('CORS_ORIGINS').map((origin) => parseOrigin('CORS_ORIGINS', origin)),
    ),
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
    // Last, because it may write a file.
    ...readJwtSecrets(read, base),
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
      url: read.url('DATABASE_URL', /^postgres(ql)?:$/, 'postgres://'),
      poolMax: read.integer('DATABASE_POOL_MAX', 10, 1, 500),
      prepare: read.flag('DATABASE_PREPARE', true),
    }),
    bcryptCost: read.integer('BCRYPT_COST', 12, leastCost, BCRYPT_COST.most),
  });
}

/**
 * The process's environment, completed by a file of `NAME=value` lines.
 *
 * @throws ConfigError when the file can't be read, or holds a name that nobody reads: most likely a slip of the pen, and
 *   a secret that is not in force is worse than a server that does not start
 */
export function readEnvironment(environment: Environment = process.env, path = '.env'): Environment {
  if (!existsSync(path)) return environment;
  const file = parseFile(path);
  // compose.yaml reads that one from the same file.
  const known: readonly string[] = [...VARIABLES, 'POSTGRES_PASSWORD'];
  const unknown = Object.keys(file).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `${unknown} in ${path} is not a setting of Taskpact. All of them are in .env.example.`,
    );
  }
  return { ...file, ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim())) };
}

function parseFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigError(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

type Reader = ReturnType<typeof reader>;

function reader(environment: Environment) {
  // An empty value counts as not set, as in compose files that pass variables through.
  const text = (name: Variable, fallback: string): string => environment[name]?.trim() || fallback;
  const list = (name: Variable): string[] =>
    text(name, '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  return {
    text,
    list,
    choice: <T extends string>(name: Variable, choices: readonly T[], fallback: NoInfer<T>): T => {
      const value = text(name, fallback);
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined) throw new ConfigError(`${name} must be one of ${choices.join(', ')}.`);
      return choice;
    },
    integer: (name: Variable, fallback: number, least: number, most: number): number => {
      const value = text(name, String(fallback));
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < least || number > most) {
        throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`);
      }
      return number;
    },
    flag: (name: Variable, fallback: boolean): boolean => {
      const value = text(name, String(fallback));
      if (value !== 'true' && value !== 'false') throw new ConfigError(`${name} must be true or false.`);
      return value === 'true';
    },
    duration: (name: Variable, fallback: string, least: number, most: number): number => {
      const seconds = parseDuration(name, text(name, fallback));
      if (seconds < least || seconds > most) {
        throw new ConfigError(`${name} must be between ${least}s and ${most}s.`);
      }
      return seconds;
    },
    origin: (name: Variable, fallback: string): string => parseOrigin(name, text(name, fallback)),
    /** @param example how such a URL starts, for the message */
    url: (name: Variable, protocol: RegExp, example: string): string | undefined => {
      const value = text(name, '');
      if (value === '') return undefined;
      // The value may hold a password, so it is not repeated.
      if (!/^\w+:\/\/./.test(value) || !URL.canParse(value) || !protocol.test(new URL(value).protocol)) {
        throw new ConfigError(`${name} must be a URL that starts with ${example}.`);
      }
      return value;
    },
    smtpUrl: (name: Variable): string | undefined => {
      const value = text(name, '');
      if (value === '') return undefined;
      // The value holds a password, so it is not repeated.
      if (!/^smtps?:\/\/./.test(value) || !URL.canParse(value) || new URL(value).hostname === '') {
        throw new ConfigError(`${name} must be a URL such as smtps://user:password@mail.example.com.`);
      }
      return value;
    },
    email: (name: Variable): string | undefined => {
      const value = text(name, '');
      if (value === '' || isEmailAddress(value)) return value || undefined;
      throw new ConfigError(`${name} must be an e-mail address such as ada@example.com.`);
    },
    sender: (name: Variable, fallback: string): Config['mail']['from'] => {
      const [, called = '', angled, bare] =
        /^(?:"?([^"<>\p{Cc}]*?)"?\s*<([^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+)>|([^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+))$/u.exec(
          text(name, fallback),
        ) ?? [];
      const address = angled ?? bare;
      if (address === undefined) {
        throw new ConfigError(`${name} must be an address such as Taskpact <no-reply@example.com>.`);
      }
      return Object.freeze({ name: called, address });
    },
    trustProxy: (name: Variable): Config['trustProxy'] => {
      const value = text(name, 'false');
      if (value === 'false') return false;
      if (/^[1-9]$/.test(value)) return Number(value);
      const proxies = list(name);
      if (proxies.length > 0 && proxies.every(isProxyAddress)) return Object.freeze(proxies);
      throw new ConfigError(
        `${name} must be false, how many proxies there are (1 to 9), or a list of their addresses such as ` +
          'loopback, 10.0.0.0/8.',
      );
    },
  };
}

/** Whether it is an address of the usual kind; the contract takes some that are odder. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= 254 && /^[\w+-]+(\.[\w+-]+)*@[a-z\d]+(-+[a-z\d]+)*(\.[a-z\d]+(-+[a-z\d]+)*)+$/i.test(text)
  );
}

/** What Express takes for the address of a proxy, or for a range of addresses. */
function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [, address = '', bits] = /^([\da-fA-F.:]+)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}

function readMetricsPort(read: Reader, port: number): number | undefined {
  if (read.text('METRICS_PORT', '') === '') return undefined;
  const metricsPort = read.integer('METRICS_PORT', 0, 0, 65_535);
  if (metricsPort === port && port !== 0)
    throw new ConfigError('METRICS_PORT must be another port than PORT.');
  return metricsPort;
}

function readExternalIssuer(
  read: Reader,
  isProduction: boolean,
  publicUrl: string,
): ExternalIssuerConfig | undefined {
  const names = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;
  const [jwksUrl, issuer, audience] = names.map((name) => read.text(name, '')) as [string, string, string];
  if (jwksUrl !== '') requireTrustedUrl('AUTH_JWKS_URL', jwksUrl, isProduction);
  if (issuer !== '') requireTrustedUrl('AUTH_ISSUER', issuer, isProduction);
  // It would not be known whose token it is.
  if (issuer === publicUrl) throw new ConfigError('AUTH_ISSUER must be another one than PUBLIC_URL.');
  if (!/^[\x21-\x7e]{0,300}$/.test(audience)) {
    throw new ConfigError('AUTH_AUDIENCE must be a name or URL without spaces.');
  }
  const missing = names.find((name) => read.text(name, '') === '');
  if (missing === undefined) return Object.freeze({ jwksUrl, issuer, audience });
  if (jwksUrl + issuer + audience === '') return undefined;
  throw new ConfigError(`${missing} must be set too: ${names.join(', ')} go together.`);
}

/** Who could change what it answers could log in as anybody. */
function requireTrustedUrl(name: Variable, value: string, isProduction: boolean): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.username === '' && /^https?:\/\/[^\s#]+$/.test(value);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (isPlain && (url.protocol === 'https:' || isLoopback || !isProduction)) return;
  throw new ConfigError(`${name} must be a URL that starts with https://, without credentials.`);
}

function parseDuration(name: Variable, value: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new ConfigError(`${name} must be a duration such as 30s, 15m, 12h or 30d.`);
  }
  return Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}

function parseOrigin(name: Variable, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  // A star is a name like any other to URL, and would match nothing.
  const isOrigin =
    url !== undefined && /^https?:\/\/[^*]+\/$/.test(url.href) && `${url.origin}/` === url.href;
  if (isOrigin) return url.origin;
  throw new ConfigError(`${name} must be an origin such as https://app.example.com, without a path.`);
}

function readJwtSecrets(
  read: Reader,
  { environment, dataDir }: DatabaseConfig,
): Pick<Config, 'jwtSecret' | 'jwtSecretPrevious'> {
  const strong = (name: Variable, given: string): string => {
    const weakness = given === '' ? 'must be set in production' : findWeakness(given);
    if (weakness === undefined) return given;
    throw new ConfigError(`${name} ${weakness}. Make one with: openssl rand -base64 48`);
  };
  const [given, previous] = [read.text('JWT_SECRET', ''), read.text('JWT_SECRET_PREVIOUS', '')];
  const jwtSecretPrevious = previous === '' ? undefined : strong('JWT_SECRET_PREVIOUS', previous);
  const isKept = given === '' && environment !== 'production';
  const jwtSecret = isKept ? keptSecret(dataDir) : strong('JWT_SECRET', given);
  if (jwtSecret !== jwtSecretPrevious) return { jwtSecret, jwtSecretPrevious };
  throw new ConfigError('JWT_SECRET_PREVIOUS must be another secret than JWT_SECRET.');
}

function findWeakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < SECRET_BYTES) return `must have at least ${SECRET_BYTES} bytes`;
  if (new Set(secret).size < 10) return 'is too simple: it has fewer than ten different characters';
  if (/change.?me|change.?this|your.?secret|example|password/i.test(secret))
    return 'looks like a placeholder';
  return undefined;
}

/** Outside production a secret is made once and kept, so that tokens outlive a restart. */
function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'jwt-secret');
  const secret = readOrMakeSecret(dataDir, path);
  const weakness = findWeakness(secret);
  if (weakness === undefined) return secret;
  // For example empty, because the machine stopped while it was written.
  throw new ConfigError(
    `The secret in ${path} ${weakness}. Delete that file, and a new one is made; or set JWT_SECRET.`,
  );
}

function readOrMakeSecret(dataDir: string, path: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, randomBytes(48).toString('base64'), { mode: 0o600, flag: 'wx', flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`DATA_DIR ${dataDir} can't be used: ${(error as Error).message}`, { cause: error });
  }
}
