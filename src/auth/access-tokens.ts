import { createHmac, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { validate as isUuid } from 'uuid';
import type { Principal } from '../contract/types.ts';
import { UnauthenticatedError } from '../errors.ts';
import type { Secrets } from '../keys.ts';
import { toScopes } from './scopes.ts';

export interface AccessTokenOptions {
  /** The first one signs; tokens that another one has signed are good until they expire. */
  readonly secrets: Secrets;
  /** `iss` of our tokens. */
  readonly issuer: string;
  /** Seconds. */
  readonly ttl: number;
  readonly now: () => Date;
}

/** The principal of a token that belongs to a session. */
export interface SessionPrincipal extends Principal {
  readonly sessionId: string;
  readonly authenticatedAt: number;
}

/** Makes and checks access tokens: JWTs signed with HS256, after RFC 8725 and RFC 9068. */
export interface AccessTokens {
  readonly ttl: number;
  sign(principal: SessionPrincipal): string;
  /** @throws UnauthenticatedError when anything about the token is not as it should be */
  verify(token: string): SessionPrincipal;
}

const MOST_REMEMBERED = 10_000;
const AUDIENCE = 'taskpact';
/** RFC 9068 section 2.1; keeps other JWTs of the same key from being taken for access tokens. */
const TYPE = 'at+jwt';

export function createAccessTokens({ secrets, issuer, ttl, now }: AccessTokenOptions): AccessTokens {
  const signing = toKey(secrets[0]);
  const keys = new Map(secrets.map(toKey).map(({ kid, key }) => [kid, key]));
  // The signature of a token that was seen before is not computed again; its expiry is checked every time.
  const verified = new LRUCache<string, Claims>({ max: MOST_REMEMBERED });
  const seconds = (): number => Math.floor(now().getTime() / 1000);
  return {
    ttl,
    sign: ({ userId, sessionId, scopes, authenticatedAt }) => {
      const lifetime = { auth_time: authenticatedAt, iat: seconds(), exp: seconds() + ttl };
      return jwt.sign({ sid: sessionId, scope: scopes.join(' '), ...lifetime }, signing.key, {
        algorithm: 'HS256',
        header: { alg: 'HS256', typ: TYPE, kid: signing.kid },
        issuer,
        audience: AUDIENCE,
        subject: userId,
        jwtid: randomUUID(),
      });
    },
    verify: (token) => {
      const known = verified.get(token);
      if (known !== undefined && seconds() < known.exp) return known.principal;
      try {
        const options = { issuer, audience: AUDIENCE, clockTimestamp: seconds(), complete: true } as const;
        const key = findKey(keys, token);
        const claims = readClaims(jwt.verify(token, key, { ...options, algorithms: ['HS256'] }));
        verified.set(token, claims);
        return claims.principal;
      } catch (error) {
        const expired = error instanceof jwt.TokenExpiredError;
        throw new UnauthenticatedError(`The access token ${expired ? 'has expired' : 'is not valid'}.`);
      }
    },
  };
}

/**
 * A key object, made once: given a string, the library first tries to read it as a public key, on every call. Its name
 * (RFC 7515 section 4.1.4) follows from the secret, so that all servers agree on it, but not the other way round.
 */
function toKey(secret: string): { readonly kid: string; readonly key: KeyObject } {
  const kid = createHmac('sha256', secret).update('taskpact kid').digest('base64url').slice(0, 12);
  return { kid, key: createSecretKey(Buffer.from(secret, 'utf8')) };
}

/** The name only chooses among our keys; whether the token was signed with that one is still to be checked. */
function findKey(keys: ReadonlyMap<string, KeyObject>, token: string): KeyObject {
  const { kid = '' } = jwt.decode(token, { complete: true })?.header ?? {};
  const key = keys.get(kid);
  if (key === undefined) throw new jwt.JsonWebTokenError('signed with an unknown key');
  return key;
}

interface Claims {
  readonly principal: SessionPrincipal;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** The library checks what it was asked to; presence and types of the claims are ours to check. */
function readClaims({ header, payload }: jwt.Jwt): Claims {
  if (header.typ !== TYPE || header.crit !== undefined || typeof payload === 'string') {
    throw new jwt.JsonWebTokenError('not an access token');
  }
  const { sub, sid, scope, jti, iat, exp, auth_time, aud } = payload;
  const texts = [sub, sid, scope, jti, aud].every((claim) => typeof claim === 'string');
  const times = [iat, exp, auth_time].every((claim) => Number.isSafeInteger(claim));
  if (!texts || !times || !isUuid(sub) || !isUuid(sid)) throw new jwt.JsonWebTokenError('claims are missing');
  const scopes = toScopes(String(scope));
  const principal = {
    userId: String(sub),
    sessionId: String(sid),
    scopes,
    authenticatedAt: Number(auth_time),
  };
  return { principal, exp: Number(exp) };
}
