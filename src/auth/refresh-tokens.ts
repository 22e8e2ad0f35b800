import { createHash, createHmac, randomBytes } from 'node:crypto';
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid';

/**
 * Refresh tokens look like `<user>.<secret>`, both base64url: the user leads to the one place where the token can be,
 * and of the secret only a hash is stored.
 */
export interface RefreshToken {
  readonly userId: string;
  /** 256 random bits. */
  readonly secret: Buffer;
}

const SECRET_BYTES = 32;
const UUID_BYTES = 16;

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

export function formatRefreshToken({ userId, secret }: RefreshToken): string {
  return `${Buffer.from(parseUuid(userId)).toString('base64url')}.${secret.toString('base64url')}`;
}

/** @returns undefined when the text is not a refresh token of ours */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, user = '', secret = ''] = /^([\w-]{22})\.([\w-]{43})$/.exec(text) ?? [];
  const bytes = Buffer.from(user, 'base64url');
  if (bytes.length !== UUID_BYTES) return undefined;
  try {
    return { userId: stringifyUuid(bytes), secret: Buffer.from(secret, 'base64url') };
  } catch {
    return undefined;
  }
}

/** What is stored of the secret. It has full entropy, so a fast hash without salt is enough. */
export function hashSecret(token: RefreshToken): Buffer {
  return createHash('sha256').update(token.secret).digest();
}
