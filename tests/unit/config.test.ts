import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Config,
  ConfigError,
  type Environment,
  loadConfig,
  loadDatabaseConfig,
  VARIABLES,
} from '../../src/config.ts';
import { temporaryFolder } from '../setup/service-process.ts';

const SECRET = 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA';
const load = (environment: Environment): Config => loadConfig({ JWT_SECRET: SECRET, ...environment });
const production = (environment: Environment): Config => load({ NODE_ENV: 'production', ...environment });

/** The message with which a start would be refused. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('It was accepted');
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const DEFAULTS: Config = {
  environment: 'development',
  host: '127.0.0.1',
  port: 3000,
  publicUrl: 'http://localhost:3000',
  dataDir: resolve('.data'),
  database: { url: undefined, poolMax: 10, prepare: true },
  jwtSecret: SECRET,
  jwtSecretPrevious: undefined,
  accessTokenTtl: 900,
  refreshTokenTtl: 2_592_000,
  sessionMaxAge: 7_776_000,
  bcryptCost: 12,
  requireEmailVerification: false,
  mail: {
    smtpUrl: undefined,
    from: { name: 'Taskpact', address: 'no-reply@localhost' },
    linkOrigin: 'http://localhost:3000',
  },
  externalIssuer: undefined,
  adminEmail: undefined,
  corsOrigins: [],
  trustProxy: false,
  rateLimit: { on: true, scale: 1, store: 'memory', redisUrl: undefined },
  metricsPort: undefined,
  logLevel: 'info',
  responseValidation: 'strict',
  shutdownDelay: 0,
  tracing: undefined,
};

/** What depends on where the server is reached. */
const at = (publicUrl: string): Partial<Config> => {
  const from = { name: 'Taskpact', address: `no-reply@${new URL(publicUrl).hostname}` };
  return { publicUrl, mail: { ...DEFAULTS.mail, from, linkOrigin: publicUrl } };
};
const mail = (change: Partial<Config['mail']>): Partial<Config> => ({
  mail: { ...DEFAULTS.mail, ...change },
});
const ISSUER = {
  AUTH_JWKS_URL: 'https://login.example/jwks',
  AUTH_ISSUER: 'https://login.example',
  AUTH_AUDIENCE: 'tasks',
};
const EXTERNAL = { jwksUrl: ISSUER.AUTH_JWKS_URL, issuer: ISSUER.AUTH_ISSUER, audience: 'tasks' };
const COLLECTOR = 'https://collector.example';
const TRACING = {
  url: `${COLLECTOR}/v1/traces`,
  headers: {},
  serviceName: 'taskpact',
  resource: {},
  sampler: 'parentbased_always_on',
  ratio: 1,
} as const;
const tracing = (change: Partial<Config['tracing']>): Partial<Config> => ({
  tracing: { ...TRACING, ...change },
});
const TRACED = { OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR };
/** What has to be set for these to be set. */
const COMPANIONS: Readonly<Partial<Record<(typeof VARIABLES)[number], Readonly<Record<string, string>>>>> = {
  AUTH_JWKS_URL: ISSUER,
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: ISSUER,
  OTEL_EXPORTER_OTLP_HEADERS: TRACED,
  OTEL_SERVICE_NAME: TRACED,
  OTEL_RESOURCE_ATTRIBUTES: TRACED,
  OTEL_TRACES_SAMPLER: TRACED,
  OTEL_TRACES_SAMPLER_ARG: TRACED,
};

/** What each variable may be, and what becomes of it. */
const VALID: Readonly<Record<(typeof VARIABLES)[number], readonly (readonly [string, Partial<Config>])[]>> = {
  NODE_ENV: [['test', { environment: 'test' }]],
  HOST: [['::', { host: '::' }]],
  PORT: [
    ['0', { port: 0, ...at('http://localhost:0') }],
    [' 65535 ', { port: 65_535, ...at('http://localhost:65535') }],
  ],
  PUBLIC_URL: [
    ['https://API.example.com/', { ...at('https://api.example.com') }],
    ['https://api.example.com:443', { ...at('https://api.example.com') }],
    ['http://[::1]:8080', { ...at('http://[::1]:8080') }],
  ],
  DATA_DIR: [['/var/lib/taskpact', { dataDir: '/var/lib/taskpact' }]],
  DATABASE_URL: ['postgres://u:p%40ss@db:5433/tasks', 'postgresql://db/tasks?sslmode=verify-full'].map(
    (url) => [url, { database: { ...DEFAULTS.database, url } }] as const,
  ),
  DATABASE_POOL_MAX: [['500', { database: { ...DEFAULTS.database, poolMax: 500 } }]],
  DATABASE_PREPARE: [['false', { database: { ...DEFAULTS.database, prepare: false } }]],
  JWT_SECRET: [['another-Secret-0f-32-bytes-or-more', { jwtSecret: 'another-Secret-0f-32-bytes-or-more' }]],
  JWT_SECRET_PREVIOUS: [
    ['another-Secret-0f-32-bytes-or-more', { jwtSecretPrevious: 'another-Secret-0f-32-bytes-or-more' }],
  ],
  ACCESS_TOKEN_TTL: [
    ['90s', { accessTokenTtl: 90 }],
    ['1d', { accessTokenTtl: 86_400 }],
  ],
  REFRESH_TOKEN_TTL: [['12h', { refreshTokenTtl: 43_200 }]],
  SESSION_MAX_AGE: [['365d', { sessionMaxAge: 31_536_000 }]],
  BCRYPT_COST: [
    ['4', { bcryptCost: 4 }],
    ['15', { bcryptCost: 15 }],
  ],
  REQUIRE_EMAIL_VERIFICATION: [['true', { requireEmailVerification: true }]],
  SMTP_URL: [
    ['smtp://mail.example.com:2525', mail({ smtpUrl: 'smtp://mail.example.com:2525' })],
    ['smtps://u:p%40ss@mail.example.com', mail({ smtpUrl: 'smtps://u:p%40ss@mail.example.com' })],
  ],
  MAIL_FROM: [
    ['tasks@example.com', mail({ from: { name: '', address: 'tasks@example.com' } })],
    ['Our Tasks <tasks@example.com>', mail({ from: { name: 'Our Tasks', address: 'tasks@example.com' } })],
    ['"Tasks, Inc." <t@example.com>', mail({ from: { name: 'Tasks, Inc.', address: 't@example.com' } })],
    ['<tasks@example.com>', mail({ from: { name: '', address: 'tasks@example.com' } })],
  ],
  APP_URL: [['https://app.example.com/', mail({ linkOrigin: 'https://app.example.com' })]],
  AUTH_JWKS_URL: [
    'https://login.example/api/auth/jwks?p=policy',
    'http://login.internal:8080/jwks',
    'http://[::1]/jwks',
  ].map((jwksUrl) => [jwksUrl, { externalIssuer: { ...EXTERNAL, jwksUrl } }] as const),
  AUTH_ISSUER: ['https://login.example/', 'https://login.example/realms/a', 'http://localhost:3001'].map(
    (issuer) => [issuer, { externalIssuer: { ...EXTERNAL, issuer } }] as const,
  ),
  AUTH_AUDIENCE: ['https://api.example/', 'a|b'].map(
    (audience) => [audience, { externalIssuer: { ...EXTERNAL, audience } }] as const,
  ),
  ADMIN_EMAIL: [
    ['Ada.Lovelace+tasks@mail.example.com', { adminEmail: 'Ada.Lovelace+tasks@mail.example.com' }],
  ],
  CORS_ORIGINS: [
    [
      'https://a.example, http://localhost:5173,',
      { corsOrigins: ['https://a.example', 'http://localhost:5173'] },
    ],
  ],
  TRUST_PROXY: [
    ['1', { trustProxy: 1 }],
    ['loopback, 10.0.0.0/8', { trustProxy: ['loopback', '10.0.0.0/8'] }],
    ['192.0.2.7,fd00::/8,::1', { trustProxy: ['192.0.2.7', 'fd00::/8', '::1'] }],
    ['uniquelocal,linklocal', { trustProxy: ['uniquelocal', 'linklocal'] }],
  ],
  RATE_LIMIT: [['off', { rateLimit: { ...DEFAULTS.rateLimit, on: false } }]],
  RATE_LIMIT_SCALE: [['100', { rateLimit: { ...DEFAULTS.rateLimit, scale: 100 } }]],
  RATE_LIMIT_STORE: [['database', { rateLimit: { ...DEFAULTS.rateLimit, store: 'database' } }]],
  REDIS_URL: ['redis://:s3cr3t@cache:6379/1', 'rediss://cache'].map(
    (url) => [url, { rateLimit: { ...DEFAULTS.rateLimit, redisUrl: url } }] as const,
  ),
  METRICS_PORT: [['9464', { metricsPort: 9464 }]],
  LOG_LEVEL: [['silent', { logLevel: 'silent' }]],
  RESPONSE_VALIDATION: [['log', { responseValidation: 'log' }]],
  SHUTDOWN_DELAY: [['5m', { shutdownDelay: 300 }]],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    [COLLECTOR, tracing({})],
    [`${COLLECTOR}/otlp/`, tracing({ url: `${COLLECTOR}/otlp/v1/traces` })],
    ['http://localhost:4318', tracing({ url: 'http://localhost:4318/v1/traces' })],
  ],
  OTEL_EXPORTER_OTLP_HEADERS: [
    ['api-key=s3cr3t', tracing({ headers: { 'api-key': 's3cr3t' } })],
    [
      'Authorization=Basic%20YTpi==, x-team = tasks',
      tracing({ headers: { Authorization: 'Basic YTpi==', 'x-team': 'tasks' } }),
    ],
    ['authorization=Bearer s3cr3t', tracing({ headers: { authorization: 'Bearer s3cr3t' } })],
  ],
  OTEL_SERVICE_NAME: [['tasks-eu', tracing({ serviceName: 'tasks-eu' })]],
  OTEL_RESOURCE_ATTRIBUTES: [
    [
      'deployment.environment.name=staging,k=a%2Cb',
      tracing({ resource: { 'deployment.environment.name': 'staging', k: 'a,b' } }),
    ],
    ['service.name=tasks-eu', tracing({ serviceName: 'tasks-eu' })],
  ],
  OTEL_TRACES_SAMPLER: [['traceidratio', tracing({ sampler: 'traceidratio' })]],
  OTEL_TRACES_SAMPLER_ARG: [
    ['0.25', tracing({ ratio: 0.25 })],
    ['0', tracing({ ratio: 0 })],
  ],
};

/** What each variable may not be. HOST and DATA_DIR are tried out when they are used. */
const INVALID: Readonly<Partial<Record<(typeof VARIABLES)[number], readonly string[]>>> = {
  NODE_ENV: ['prod', 'Production'],
  PORT: ['-1', '65536', '3000.5', '0x10', '1e3', 'http', '３０００'],
  PUBLIC_URL: [
    'api.example.com',
    'https://a.example/v1',
    'https://u:p@a.example',
    'ftp://a.example',
    'https://a.example?x',
  ],
  DATABASE_URL: [
    'mysql://u:s3cr3t@db/x',
    'db:5432',
    'postgres://u:s3cr3t@db:port/x',
    'postgres://',
    's3cr3t',
  ],
  DATABASE_POOL_MAX: ['0', '501', 'many'],
  DATABASE_PREPARE: ['yes', '1', 'TRUE'],
  JWT_SECRET: ['s3cr3t', 's3cr3t!'.repeat(10), 's3cr3t-change-me-abcdefghijklmnopqrstuvwxyz', 'é'.repeat(15)],
  JWT_SECRET_PREVIOUS: ['s3cr3t', 's3cr3t!'.repeat(10), 'é'.repeat(15), SECRET, ` ${SECRET} `],
  ACCESS_TOKEN_TTL: ['15', '15 m', '0s', '2d', '1.5h', '-1m', '1w'],
  REFRESH_TOKEN_TTL: ['0d', '367d', 'forever'],
  SESSION_MAX_AGE: ['3661d', ''.padEnd(20, '9')],
  BCRYPT_COST: ['3', '16', 'twelve'],
  REQUIRE_EMAIL_VERIFICATION: ['yes', '1'],
  SMTP_URL: ['mail.example.com', 'http://u:s3cr3t@mail.example.com', 'smtp://', 'smtps:///x', 's3cr3t'],
  MAIL_FROM: ['Tasks', 'a@b@c', 'a@b, c@d', 'Tasks <a@b', 'Tasks\r\nBcc: <a@b>', 'a@b\r\nBcc: c@d', 'a b@c'],
  APP_URL: ['app.example.com', 'https://a.example/app', 'javascript:alert(1)'],
  AUTH_JWKS_URL: [
    'login.example/jwks',
    'ftp://login.example/jwks',
    'https://u:s3cr3t@login.example/jwks',
    'https://login.example/jwks#keys',
    'file:///etc/jwks.json',
    'https://',
  ],
  AUTH_ISSUER: ['login.example', 'https://login .example', 'urn:login', 'http://localhost:3000'],
  AUTH_AUDIENCE: ['tasks api', 'täsks', 'a\u0000', 'a'.repeat(301)],
  ADMIN_EMAIL: [
    'ada',
    'ada@localhost',
    'a b@example.com',
    'Ada <ada@example.com>',
    'a@b.c, d@e.f',
    `${'a'.repeat(250)}@b.cd`,
  ],
  CORS_ORIGINS: ['*', 'null', 'a.example', 'https://a.example/app', 'https://a.example,https://*.example'],
  TRUST_PROXY: [
    'true',
    '0',
    '10',
    '-1',
    'yes',
    'nginx',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '10.0.0.256',
    'fd00::/129',
    '::1%lo',
    ',',
  ],
  RATE_LIMIT: ['true', 'On'],
  RATE_LIMIT_SCALE: ['0', '0.5', '1000001'],
  RATE_LIMIT_STORE: ['redis'],
  REDIS_URL: ['http://:s3cr3t@cache', 'cache:6379', 'redis://'],
  METRICS_PORT: ['65536', 'on', '3000'],
  LOG_LEVEL: ['verbose', 'INFO'],
  RESPONSE_VALIDATION: ['off', 'true'],
  SHUTDOWN_DELAY: ['301s', '5', '1d'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['collector:4318', 'grpc://collector:4317', 'http://'],
  OTEL_EXPORTER_OTLP_HEADERS: ['s3cr3t', 'a=s3cr3t,', 'a=s3cr3t%0d%0ab', 'a b=s3cr3t', 'a=s3cr3t%', 'a=é'],
  OTEL_RESOURCE_ATTRIBUTES: ['staging', '=staging', 'a=b;c,d'],
  OTEL_TRACES_SAMPLER: ['always', 'jaeger_remote'],
  OTEL_TRACES_SAMPLER_ARG: ['1.1', '-0.1', '10%', 'half', '1e-3'],
};

describe('loadConfig', () => {
  it('has a default for everything', () => {
    expect(load({})).toEqual(DEFAULTS);
  });

  it.each(VARIABLES)('reads %s', (name) => {
    expect(VALID[name].length).toBeGreaterThan(0);
    for (const [value, change] of VALID[name])
      expect(load({ ...COMPANIONS[name], [name]: value })).toEqual({ ...DEFAULTS, ...change });
  });

  it.each(VARIABLES)('takes an empty %s for one that is not set', (name) => {
    const environment = { JWT_SECRET: SECRET, DATA_DIR: folder.path };
    const expected = loadConfig({ ...environment, [name]: undefined });
    for (const empty of ['', '  ']) expect(loadConfig({ ...environment, [name]: empty })).toEqual(expected);
  });

  it.each(Object.entries(INVALID))(
    'SC2 refuses a malformed %s and names it, but does not repeat a secret',
    (name, values) => {
      for (const value of values) {
        const message = refusal(() => load({ [name]: value }));
        expect([value, message]).toEqual([value, expect.stringMatching(new RegExp(`^${name}\\b`))]);
        expect(message).not.toContain('s3cr3t');
      }
    },
  );

  it('AN10 TK3 SC2 demands more in production', () => {
    expect(production({})).toMatchObject({ environment: 'production', bcryptCost: 12, shutdownDelay: 5 });
    expect(production({ SHUTDOWN_DELAY: '0s' }).shutdownDelay).toBe(0);
    expect(refusal(() => production({ JWT_SECRET: undefined, DATA_DIR: folder.path }))).toMatch(
      /^JWT_SECRET must be set/,
    );
    expect(refusal(() => production({ JWT_SECRET: 'weak' }))).toMatch(/^JWT_SECRET .*openssl rand/);
    expect(refusal(() => production({ BCRYPT_COST: '11' }))).toMatch(/^BCRYPT_COST/);
  });

  it('wants all of another issuer or nothing', () => {
    for (const name of Object.keys(ISSUER)) {
      expect(refusal(() => load({ ...ISSUER, [name]: '' }))).toMatch(new RegExp(`^${name} must be set too`));
    }
  });

  it('wants another issuer to be reached safely in production, unless it is on the same machine', () => {
    for (const name of ['AUTH_JWKS_URL', 'AUTH_ISSUER']) {
      const trust = (url: string) => production({ ...ISSUER, [name]: url });
      for (const url of ['http://login.example', 'http://127.0.0.1.example', 'http://localhost.example']) {
        expect(refusal(() => trust(url))).toMatch(
          new RegExp(`^${name} must be a URL that starts with https`),
        );
      }
      for (const url of ['http://localhost:4000', 'http://127.0.0.1/jwks', 'http://[::1]:4000']) {
        expect(trust(url).externalIssuer).toBeDefined();
      }
    }
  });

  it('can not be changed afterwards', () => {
    const config = load({ CORS_ORIGINS: 'https://a.example', TRUST_PROXY: 'loopback' });
    const parts = [
      config,
      config.database,
      config.mail,
      config.mail.from,
      config.corsOrigins,
      config.trustProxy,
    ];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes for TRUST_PROXY only what Express takes too', () => {
    for (const [value] of VALID.TRUST_PROXY) {
      const app = express().set('trust proxy', load({ TRUST_PROXY: value }).trustProxy);
      expect(app.get('trust proxy fn')).toBeTypeOf('function');
    }
  });
});

describe('the secret that is made when none is given', () => {
  it('is the same at the next start, strong, and for its owner alone', async () => {
    const environment = { DATA_DIR: join(folder.path, 'not', 'there', 'yet') };
    const { jwtSecret } = loadConfig(environment);
    expect(Buffer.from(jwtSecret, 'base64')).toHaveLength(48);
    expect(loadConfig(environment).jwtSecret).toBe(jwtSecret);
    const { mode } = await stat(join(environment.DATA_DIR, 'jwt-secret'));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(environment.DATA_DIR)).mode & 0o777).toBe(0o700);
  });

  it('may be put there by hand', async () => {
    await writeFile(join(folder.path, 'jwt-secret'), `${SECRET}\n`);
    expect(loadConfig({ DATA_DIR: folder.path }).jwtSecret).toBe(SECRET);
  });

  it.each(['', 'short\n'])('is not believed when the file holds only %j', async (text) => {
    await writeFile(join(folder.path, 'jwt-secret'), text);
    expect(refusal(() => loadConfig({ DATA_DIR: folder.path }))).toMatch(
      /jwt-secret must have at least 32 bytes/,
    );
  });

  it('is not made when another setting is wrong, or none is needed', async () => {
    const DATA_DIR = join(folder.path, 'data');
    refusal(() => loadConfig({ DATA_DIR, PORT: 'x' }));
    loadConfig({ DATA_DIR, JWT_SECRET: SECRET });
    loadDatabaseConfig({ DATA_DIR });
    await expect(stat(DATA_DIR)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('needs a folder that can be written', async () => {
    await writeFile(join(folder.path, 'file'), '');
    for (const DATA_DIR of [join(folder.path, 'file'), join(folder.path, 'file', 'below')]) {
      expect(refusal(() => loadConfig({ DATA_DIR }))).toMatch(/^DATA_DIR .* can't be used: /);
    }
  });
});
