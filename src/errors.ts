/**
 * What can go wrong in the domain. No HTTP here: `http/problem.ts` is the one place that turns these into answers.
 */

/** A field that breaks a rule which the schema alone can't express. */
export interface FieldFault {
  /** JSON Pointer into the body (RFC 6901); leave out when `parameter` names the place. */
  readonly pointer?: string;
  /** Name of a query, path or header parameter. */
  readonly parameter?: string;
  readonly code: string;
  /** For people; never repeats the value itself. */
  readonly message: string;
}

export abstract class DomainError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** One or more fields are wrong; all of them are listed. */
export class InvalidInputError extends DomainError {
  readonly faults: readonly FieldFault[];
  constructor(faults: readonly FieldFault[], options?: ErrorOptions) {
    const fields = new Set(faults.map(({ pointer, parameter }) => `${pointer} ${parameter}`)).size;
    super(fields === 1 ? '1 field is not valid.' : `${fields} fields are not valid.`, options);
    this.faults = faults;
  }
}

/** No access token, or one that is not valid. The message is safe to show. */
export class UnauthenticatedError extends DomainError {
  /** False when no token was sent at all (RFC 6750 section 3.1: no error code then). */
  readonly tokenSent: boolean;
  constructor(message: string, tokenSent = true) {
    super(message);
    this.tokenSent = tokenSent;
  }
}

/** Wrong password or unknown address; which of them is not said. */
export class InvalidCredentialsError extends DomainError {
  constructor() {
    super('The e-mail address or the password is wrong.');
  }
}

/** A refresh token that is unknown, expired, revoked or used. */
export class InvalidRefreshTokenError extends DomainError {
  /** Name of the cookie that it came in, which is to be removed. */
  readonly cookie: `__Host-${string}` | undefined;
  constructor(cookie?: `__Host-${string}`) {
    super('The refresh token is not valid any more. Log in again.');
    this.cookie = cookie;
  }
}

/** The access token is good, but not for this operation. */
export class InsufficientScopeError extends DomainError {
  readonly missing: readonly string[];
  constructor(missing: readonly string[]) {
    super(`This operation needs the scope ${missing.join(' ')}.`);
    this.missing = missing;
  }
}

/** The operation is for another role. */
export class InsufficientRoleError extends DomainError {
  constructor(role: string) {
    super(`This operation needs the role ${role}.`);
  }
}

/** The server wants the address of the account to be proved first. */
export class EmailUnverifiedError extends DomainError {
  constructor() {
    super('Follow the link that was sent to the e-mail address of the account.');
  }
}

/** The login at the other issuer is good, but leads to no account. */
export class IdentityNotLinkedError extends DomainError {}

/** What can't be undone needs a login that is fresh. */
export class ReauthenticationRequiredError extends DomainError {
  /** @param maxAge seconds that a login counts as fresh */
  constructor(maxAge: number) {
    super(`This needs a login that is not older than ${maxAge / 60} minutes.`);
  }
}

/** The caller asks too often. */
export class RateLimitedError extends DomainError {
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super(`Too many requests. Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`);
    this.retryAfter = retryAfter;
  }
}

/** The database itself refuses the caller. */
export class ForbiddenError extends DomainError {
  constructor(options?: ErrorOptions) {
    super('This is not allowed.', options);
  }
}

/** There is no such resource for this caller; it may be somebody else's. */
export class NotFoundError extends DomainError {
  /** @param resource singular noun, for example `task` */
  constructor(resource: string) {
    super(`There is no such ${resource}.`);
  }
}

type ConflictCode = 'conflict' | 'email_taken' | 'last_admin';

/** The change can't be made beside what is stored. */
export class ConflictError extends DomainError {
  readonly code: ConflictCode;
  constructor(code: ConflictCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The resource is at another version than the caller expects. */
export class PreconditionFailedError<Resource> extends DomainError {
  readonly current: Resource;
  readonly version: number;
  /** What tells this state apart from others of the same version. */
  readonly distinctions: readonly (string | number)[];
  constructor(current: Resource, version: number, ...distinctions: readonly (string | number)[]) {
    super('The resource has changed since you read it. Its current version is in this answer.');
    this.current = current;
    this.version = version;
    this.distinctions = distinctions;
  }
}

/** Something that is needed is busy or away; nothing was changed. */
export class UnavailableError extends DomainError {
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number;
  constructor(message: string, options?: ErrorOptions & { retryAfter?: number }) {
    super(message, options);
    this.retryAfter = options?.retryAfter ?? 1;
  }
}
