import { createHmac } from 'node:crypto';
import type { OpaqueToken } from './opaque-tokens.ts';

/**
 * The refresh token that follows this one. It is derived, so that a client whose answer got lost can be given the same one
 * again, although only its hash is stored.
 *
 * @param key known to the server alone; without it nobody who holds an old token can compute the next
 */
export function successorOf(token: OpaqueToken, key: Buffer): OpaqueToken {
  return { userId: token.userId, secret: createHmac('sha256', key).update(token.secret).digest() };
}
