import { hkdfSync } from 'node:crypto';
import type { Config } from './config.ts';

/** The secret in force comes first; what was made with one of the others is good as well. */
export type Secrets<T = string> = readonly [T, ...T[]];

export function secretsOf({ jwtSecret, jwtSecretPrevious }: Config): Secrets {
  return jwtSecretPrevious === undefined ? [jwtSecret] : [jwtSecret, jwtSecretPrevious];
}

/** Separate keys for separate purposes, each from its secret (RFC 5869). */
export function deriveKeys([first, ...others]: Secrets, purpose: string): Secrets<Buffer> {
  const derive = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return [derive(first), ...others.map(derive)];
}
