import type { Request } from 'express';
import { Strategy as JwtStrategy } from 'passport-jwt';
import type { Caller, Scope } from '../contract/types.ts';
import type { Policy, SecurityHandler } from '../contract/validator.ts';
import {
  type DomainError,
  EmailUnverifiedError,
  InsufficientRoleError,
  InsufficientScopeError,
  UnauthenticatedError,
} from '../errors.ts';

export interface BearerOptions {
  /** Checks the token and what it stands for. @throws UnauthenticatedError */
  readonly authenticate: (token: string) => Promise<Caller>;
  /** All that an account may do whose address is not proved; undefined where no proof is demanded. */
  readonly unverifiedScopes?: readonly Scope[] | undefined;
  /** Hears of each caller who is known, and refused all the same. */
  readonly onDenied?: (denial: Denial) => void;
}

export interface Denial {
  readonly caller: Caller;
  readonly operationId: string;
  readonly ip: string | null;
  /** Its message names what is missing. */
  readonly reason: DomainError;
}

// The strategy's own verification checks only what it is told to; ours demands every claim. The library has this hook
// for all strategies at once, so what it hands over as the key is the function that verifies.
Object.assign(JwtStrategy, {
  JwtVerifier: (
    token: string,
    verify: BearerOptions['authenticate'],
    _options: unknown,
    done: (error: unknown, payload?: Caller) => void,
  ): void => {
    verify(token).then(
      (caller) => done(null, caller),
      (error: unknown) => done(error),
    );
  },
});

/** RFC 6750 section 2.1: the scheme, one space, one token. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The contract's `bearerAuth`: passport-jwt takes the token from the header and hands it to our verification, then the
 * operation's policy is checked. The principal is left in `res.locals`.
 */
export function bearerAuth(options: BearerOptions): SecurityHandler {
  const strategy = new JwtStrategy(
    {
      jwtFromRequest: readToken,
      secretOrKeyProvider: (_request, _token, done) => done(null, options.authenticate as never),
    },
    (caller: Caller, done) => done(null, caller),
  );

  return async (request, policy) => {
    const caller = await authenticate(strategy, request);
    const locals = request.res?.locals ?? {};
    locals.principal = caller.principal;
    const reason = findDenial(caller, policy, options);
    if (reason === undefined) return;
    options.onDenied?.({ caller, operationId: String(locals.operationId), ip: request.ip ?? null, reason });
    throw reason;
  };
}

/** What is missing is named, the role first: without it the scopes could not be had either. */
function findDenial(
  { principal, account }: Caller,
  { scopes, role = account.role }: Policy,
  { unverifiedScopes = scopes }: BearerOptions,
): DomainError | undefined {
  if (account.role !== role) return new InsufficientRoleError(role);
  const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
  if (missing.length > 0) return new InsufficientScopeError(missing);
  const isAllowed = account.emailVerified || scopes.every((scope) => unverifiedScopes.includes(scope));
  return isAllowed ? undefined : new EmailUnverifiedError();
}

function readToken(request: Request): string | null {
  // Node keeps the first of several; which one a proxy in front has looked at is anybody's guess.
  const [header, ...others] = request.headersDistinct.authorization ?? [];
  return header === undefined || others.length > 0 ? null : (BEARER.exec(header)?.[1] ?? null);
}

/** Runs the strategy as passport's own middleware does, which keeps the request in memory for long (ADR 17). */
function authenticate(strategy: JwtStrategy, request: Request): Promise<Caller> {
  return new Promise((resolve, reject) => {
    const attempt: JwtStrategy = Object.assign(Object.create(strategy), {
      success: resolve,
      // With a token, what comes here is whatever our verification threw.
      fail: (reason: unknown) => reject(readToken(request) === null ? noToken(request) : reason),
      error: reject,
    });
    attempt.authenticate(request);
  });
}

function noToken(request: Request): UnauthenticatedError {
  if (request.headers.authorization === undefined)
    return new UnauthenticatedError('An access token is needed.', false);
  return new UnauthenticatedError('The Authorization header must be: Bearer <token>.');
}
