import { crc32 } from 'node:zlib';
import { formatOpaqueToken, type OpaqueToken, parseOpaqueToken } from '../auth/opaque-tokens.ts';

/**
 * Personal access tokens look like `tp_<secret>_<user>_<checksum>`. Secret and user are those of a refresh token; the
 * secret comes first, so that tokens can be told apart by how they begin. Scanners that look for leaked secrets know
 * them by the `tp_`, and by the checksum that it is not a mere likeness.
 */
export type PersonalToken = OpaqueToken;

const FORM = /^tp_([\w-]{43})_([\w-]{22})_[\w-]{6}$/;
/** Characters; 208 bits of the secret stay unknown to those who see these. */
const PREFIX = 11;

/** By its beginning alone. */
export function isPersonalToken(text: string): boolean {
  return text.startsWith('tp_');
}

export function formatPersonalToken(token: PersonalToken): string {
  const [user, secret] = formatOpaqueToken(token).split('.');
  const text = `tp_${secret}_${user}`;
  return `${text}_${checksum(text)}`;
}

/** How the token begins. */
export function prefixOf(text: string): string {
  return text.slice(0, PREFIX);
}

/** Needs no query to refuse what was mistyped or cut. @returns undefined when it is no token of ours */
export function parsePersonalToken(text: string): PersonalToken | undefined {
  const [, secret, user] = FORM.exec(text) ?? [];
  const token = parseOpaqueToken(`${user}.${secret}`);
  // Written anew it must be the same, so the checksum is right and there is one way only to write a token.
  return token !== undefined && formatPersonalToken(token) === text ? token : undefined;
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64url');
}
