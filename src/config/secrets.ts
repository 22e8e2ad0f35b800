import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Variable } from './environment.ts';
import type { Reader } from './reader.ts';

/** RFC 7518 section 3.2: an HS256 key has at least 256 bits. */
const SECRET_BYTES = 32;

export interface JwtSecrets {
  readonly jwtSecret: string;
  /** What was in force before, whose tokens are still good; undefined when there is none. */
  readonly jwtSecretPrevious: string | undefined;
}

/** @throws ConfigError when a secret is missing in production, or weak */
export function readJwtSecrets(
  read: Reader,
  { isProduction, dataDir }: { readonly isProduction: boolean; readonly dataDir: string },
): JwtSecrets {
  const strong = (name: Variable, given: string): string => {
    const weakness = given === '' ? 'must be set in production' : findWeakness(given);
    if (weakness === undefined) return given;
    throw new ConfigError(`${name} ${weakness}. Make one with: openssl rand -base64 48`);
  };
  const [given, previous] = [read.text('JWT_SECRET', ''), read.text('JWT_SECRET_PREVIOUS', '')];
  const jwtSecretPrevious = previous === '' ? undefined : strong('JWT_SECRET_PREVIOUS', previous);
  const isKept = given === '' && !isProduction;
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
