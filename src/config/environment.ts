import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

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
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;
export type Variable = (typeof VARIABLES)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

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
