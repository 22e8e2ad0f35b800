import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';

/**
 * Opaque cursors: the sort key of the last item, signed together with whom and which query it is for, so that it can
 * neither be forged nor be carried over to another user or another filter.
 */
export interface CursorCodec {
  /** @param scope everything that the cursor is bound to: user, filters, order */
  encode(position: readonly string[], scope: readonly unknown[]): string;
  /** @throws InvalidInputError when the cursor is not one that was made for this scope */
  decode(cursor: string, scope: readonly unknown[]): readonly string[];
}

/** Bytes of the signature; 128 bits are beyond guessing and keep the cursor short. */
const SIGNATURE_BYTES = 16;

export function createCursorCodec(keyBytes: Buffer): CursorCodec {
  // A key object, made once: bytes are prepared anew for every signature.
  const key = createSecretKey(keyBytes);
  const sign = (payload: string, scope: readonly unknown[]): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([payload, scope]))
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  return {
    encode: (position, scope) => {
      const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
      return `${payload}.${sign(payload, scope).toString('base64url')}`;
    },
    decode: (cursor, scope) => {
      const [payload = '', signature = ''] = cursor.split('.');
      const given = Buffer.from(signature, 'base64url');
      const wanted = sign(payload, scope);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw invalidCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    },
  };
}

function invalidCursor(): InvalidInputError {
  const message = 'must be the next_cursor of an earlier answer to the same query';
  return new InvalidInputError([{ parameter: 'cursor', code: 'invalid', message }]);
}
