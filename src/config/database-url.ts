import { readFileSync } from 'node:fs';
import { ConfigError } from './environment.ts';
import type { Reader } from './reader.ts';

/** What the parameters of the URL may be, of those that are easily misspelt and then do less than they should. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  sslmode: ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'],
  channel_binding: ['disable', 'prefer', 'require'],
};
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** @throws ConfigError when it is no URL, or its parameters about TLS can't be followed */
export function readDatabaseUrl(read: Reader): string | undefined {
  const url = read.url('DATABASE_URL', /^postgres(ql)?:$/, 'postgres://');
  if (url === undefined) return undefined;
  const { searchParams: parameters } = new URL(url);
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = parameters.get(name);
    if (value !== null && !choices.includes(value))
      throw new ConfigError(`DATABASE_URL: ${name} must be one of ${choices.join(', ')}.`);
  }
  for (const name of FILES) {
    const path = parameters.get(name);
    if (path === null || (name === 'sslrootcert' && path === 'system')) continue;
    try {
      readFileSync(path);
    } catch (error) {
      const { message } = error as Error;
      throw new ConfigError(`DATABASE_URL: the file of ${name} can't be read: ${message}`, { cause: error });
    }
  }
  return url;
}
