import { createHash, randomBytes } from 'node:crypto';
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid';

/**
 * Opaque tokens look like `<user>.<secret>`, both base64url: the user leads to the one place where the token can be, and
 * of the secret only a hash is stored.
 */
export interface OpaqueToken {
  readonly userId: string;
  /** 256 bits. */
  readonly secret: Buffer;
}

const UUID_BYTES = 16;
const SECRET_BYTES = 32;

export function newOpaqueToken(userId: string): OpaqueToken {
  return { userId, secret: randomBytes(SECRET_BYTES) };
}

export function formatOpaqueToken({ userId, secret }: OpaqueToken): string {
  return `${Buffer.from(parseUuid(userId)).toString('base64url')}.${secret.toString('base64url')}`;
}

/** @returns undefined when the text is not a token of this form */
export function parseOpaqueToken(text: string): OpaqueToken | undefined {
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
export function hashSecret({ secret }: OpaqueToken): Buffer {
  return createHash('sha256').update(secret).digest();
}
