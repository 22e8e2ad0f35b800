import { createHmac, randomBytes } from 'node:crypto';
import type { OpaqueToken } from './opaque-tokens.ts';

export {
  formatOpaqueToken as formatRefreshToken,
  hashSecret,
  parseOpaqueToken as parseRefreshToken,
} from './opaque-tokens.ts';

export type RefreshToken = OpaqueToken;

const SECRET_BYTES = 32;

export function newRefreshToken(userId: string): RefreshToken {
  return { userId, secret: randomBytes(SECRET_BYTES) };
}

/**
 * The token that follows this one. It is derived, so that a client whose answer got lost can be given the same one
 * again, although only its hash is stored.
 *
 * @param key known to the server alone; without it nobody who holds an old token can compute the next
 */
export function successorOf(token: RefreshToken, key: Buffer): RefreshToken {
  return { userId: token.userId, secret: createHmac('sha256', key).update(token.secret).digest() };
}
