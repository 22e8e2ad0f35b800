import { decodeJwt, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { TextCheck } from '../contract/values.ts';
import { UnauthenticatedError, UnavailableError } from '../errors.ts';

export interface ExternalTokenOptions {
  /** `iss` of the tokens, to the letter. */
  readonly issuer: string;
  /** What their `aud` has to name. */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly isText: TextCheck;
  readonly now: () => Date;
}

/** What a token of another issuer says of its user. */
export interface ExternalClaims {
  readonly subject: string;
  /** Undefined unless the issuer says that the address is the user's. */
  readonly verifiedEmail: string | undefined;
  readonly name: string | null;
  /** Whatever the claim says; mostly not of our scopes. */
  readonly scopes: readonly string[];
  /** When the user logged in or, if the issuer does not tell, got the token, in seconds since 1970. */
  readonly authenticatedAt: number;
}

/** Checks tokens of another issuer: JWTs with its signature, after RFC 8725 and OpenID Connect Core section 3.1.3.7. */
export interface ExternalTokens {
  /** Whether the token says that it is of the issuer. Proves nothing. */
  recognises(token: string): boolean;
  /**
   * @throws UnauthenticatedError when anything about the token is not as it should be
   * @throws UnavailableError when that can't be known, because the issuer is away
   */
  verify(token: string): Promise<ExternalClaims>;
}

/** None with a shared secret: whoever can check such a token can make one. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** Other kinds of JWT, for example of a logout, say so here; most issuers say nothing. */
const TYPE = /^(application\/)?(at\+)?jwt$/i;
/** Seconds by which the clocks may differ. */
const TOLERANCE = 10;
/** OpenID Connect Core section 2. */
const LONGEST_SUBJECT = 255;
/** Milliseconds for which a signature is not computed again: within them, a key that was withdrawn goes unnoticed. */
const FRESHNESS = 300_000;
const MOST_REMEMBERED = 10_000;

interface Verified {
  readonly claims: ExternalClaims;
  /** Seconds since 1970. */
  readonly exp: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function externalTokens({
  issuer,
  audience,
  keys,
  isText,
  now,
}: ExternalTokenOptions): ExternalTokens {
  const verified = new LRUCache<string, Verified>({ max: MOST_REMEMBERED });
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    requiredClaims: ['sub', 'iat', 'exp'],
    clockTolerance: TOLERANCE,
  };

  const remembered = (token: string): ExternalClaims | undefined => {
    const known = verified.get(token);
    if (known === undefined) return undefined;
    const age = now().getTime() - known.at;
    const isFresh = age >= 0 && age < FRESHNESS && now().getTime() / 1000 < known.exp;
    return isFresh ? known.claims : undefined;
  };

  return {
    recognises: (token) => {
      if (verified.has(token)) return true;
      try {
        return decodeJwt(token).iss === issuer;
      } catch {
        return false;
      }
    },

    verify: async (token) => {
      const known = remembered(token);
      if (known !== undefined) return known;
      const at = now();
      try {
        const result = await jwtVerify(token, keys, { ...options, currentDate: at });
        const claims = readClaims(result, isText, at.getTime() / 1000);
        verified.set(token, { claims, exp: Number(result.payload.exp), at: at.getTime() });
        return claims;
      } catch (error) {
        if (error instanceof UnavailableError) throw error;
        const expired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
        throw new UnauthenticatedError(`The access token ${expired ? 'has expired' : 'is not valid'}.`);
      }
    },
  };
}

/** The library checks what it was asked to; the types of most claims are ours to check. */
function readClaims(
  { protectedHeader, payload }: JWTVerifyResult,
  isText: TextCheck,
  now: number,
): ExternalClaims {
  const { typ = 'JWT', crit } = protectedHeader;
  const { sub, iat, exp, auth_time: loginTime = iat, scope, email, name } = payload;
  const faults = {
    header: typeof typ !== 'string' || !TYPE.test(typ) || crit !== undefined,
    subject: !isSubject(sub),
    times: ![iat, exp, loginTime].every((time) => Number.isSafeInteger(time)),
    future: [iat, loginTime].some((time) => Number(time) > now + TOLERANCE),
    scope: scope !== undefined && typeof scope !== 'string',
  };
  if (Object.values(faults).includes(true)) throw new Error('The claims are not as they should be');
  // Better Auth writes it the other way. Nothing but true itself is believed.
  const isVerified = (payload.email_verified ?? payload.emailVerified) === true;
  return {
    subject: String(sub),
    verifiedEmail: isVerified && isText('Email', email) ? email : undefined,
    name: isText('PersonName', name) ? name : null,
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
    authenticatedAt: Number(loginTime),
  };
}

/** Printable ASCII, as OpenID Connect says; the database could store others in more than one way. */
function isSubject(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_SUBJECT && /^[\x21-\x7e]+$/.test(value);
}
