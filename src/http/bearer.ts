import type { Request } from 'express';
import { Passport } from 'passport';
import { Strategy as JwtStrategy } from 'passport-jwt';
import type { Principal, Scope } from '../contract/types.ts';
import type { SecurityHandler } from '../contract/validator.ts';
import { InsufficientScopeError, UnauthenticatedError } from '../errors.ts';

export interface BearerOptions {
  /** Checks signature and claims. @throws UnauthenticatedError */
  readonly verifyToken: (token: string) => Principal;
  /** Whether the token's session is still alive. */
  readonly isActive: (principal: Principal) => Promise<boolean>;
}

// The strategy's own verification checks only what it is told to; ours demands every claim. The library has this hook
// for all strategies at once, so what it hands over as the key is the function that verifies.
Object.assign(JwtStrategy, {
  JwtVerifier: (
    token: string,
    verify: BearerOptions['verifyToken'],
    _options: unknown,
    done: (error: unknown, payload?: Principal) => void,
  ): void => {
    try {
      done(null, verify(token));
    } catch (error) {
      done(error);
    }
  },
});

/** RFC 6750 section 2.1: the scheme, one space, one token. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The contract's `bearerAuth`: passport-jwt takes the token from the header and hands it to our verification, then the
 * session and the scopes are checked. The principal is left in `res.locals`.
 */
export function bearerAuth({ verifyToken, isActive }: BearerOptions): SecurityHandler {
  const passport = new Passport();
  passport.use(
    new JwtStrategy(
      {
        jwtFromRequest: readToken,
        secretOrKeyProvider: (_request, _token, done) => done(null, verifyToken as never),
      },
      (principal: Principal, done) => {
        isActive(principal).then(
          (active) => done(null, active ? principal : false, { message: 'The session has ended.' }),
          (error: unknown) => done(error),
        );
      },
    ),
  );

  return async (request, scopes) => {
    const principal = await authenticate(passport, request);
    const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
    if (missing.length > 0) throw new InsufficientScopeError(missing as Scope[]);
    const { res: response } = request;
    if (response !== undefined) response.locals.principal = principal;
  };
}

function readToken(request: Request): string | null {
  // Node keeps the first of several; which one a proxy in front has looked at is anybody's guess.
  const [header, ...others] = request.headersDistinct.authorization ?? [];
  return header === undefined || others.length > 0 ? null : (BEARER.exec(header)?.[1] ?? null);
}

function authenticate(passport: InstanceType<typeof Passport>, request: Request): Promise<Principal> {
  return new Promise((resolve, reject) => {
    const decide = (error: unknown, principal: Principal | false, info: unknown): void => {
      if (error !== null && error !== undefined) reject(error);
      else if (principal) resolve(principal);
      else reject(refusal(request, info));
    };
    passport.authenticate('jwt', { session: false }, decide)(request, request.res, reject);
  });
}

/** Why passport said no: our own verification's error, a session that ended, or no usable token at all. */
function refusal(request: Request, info: unknown): UnauthenticatedError {
  if (info instanceof UnauthenticatedError) return info;
  if (request.headers.authorization === undefined)
    return new UnauthenticatedError('An access token is needed.', false);
  if (readToken(request) === null)
    return new UnauthenticatedError('The Authorization header must be: Bearer <token>.');
  return new UnauthenticatedError(
    info instanceof Error ? 'The access token is not valid.' : 'The session has ended.',
  );
}
