import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import type { Secrets } from '../keys.ts';

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

/** @param secrets the first one signs; cursors that another one has signed are good as well */
export function createCursorCodec(secrets: Secrets<Buffer>): CursorCodec {
  // Key objects, made once: bytes are prepared anew for every signature.
  const signing = createSecretKey(secrets[0]);
  const keys = [signing, ...secrets.slice(1).map((secret) => createSecretKey(secret))];
  return {
    encode: (position, scope) => {
      const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
      return `${payload}.${sign(signing, payload, scope)}`;
    },
    decode: (cursor, scope) => {
      const [payload = '', signature = '', ...rest] = cursor.split('.');
      const genuine = keys.some((key) => isSame(signature, sign(key, payload, scope)));
      if (!genuine || rest.length > 0) throw invalidCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    },
  };
}

function sign(key: KeyObject, payload: string, scope: readonly unknown[]): string {
  const content = JSON.stringify([payload, scope]);
  const signature = createHmac('sha256', key).update(content).digest();
  return signature.subarray(0, SIGNATURE_BYTES).toString('base64url');
}

/** Compared as text: base64 has several spellings of the same bytes, a cursor has one. */
function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function invalidCursor(): InvalidInputError {
  const message = 'must be the next_cursor of an earlier answer to the same query';
  return new InvalidInputError([{ parameter: 'cursor', code: 'invalid', message }]);
}
