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
  const sign = (payload: string, scope: readonly unknown[]): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([payload, scope]))
      .digest()
      .subarray(0, SIGNATURE_BYTES)
      .toString('base64url');
  return {
    encode: (position, scope) => {
      const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
      return `${payload}.${sign(payload, scope)}`;
    },
    decode: (cursor, scope) => {
      const [payload = '', signature = '', ...rest] = cursor.split('.');
      // Compared as text: base64 has several spellings of the same bytes, a cursor has one.
      const given = Buffer.from(signature);
      const wanted = Buffer.from(sign(payload, scope));
      const genuine = given.length === wanted.length && timingSafeEqual(given, wanted);
      if (!genuine || rest.length > 0) throw invalidCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    },
  };
}

function invalidCursor(): InvalidInputError {
  const message = 'must be the next_cursor of an earlier answer to the same query';
  return new InvalidInputError([{ parameter: 'cursor', code: 'invalid', message }]);
}
