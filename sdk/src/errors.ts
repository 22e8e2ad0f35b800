import type {
  CurrentResource,
  FieldError,
  Problem,
  ProblemCode,
} from '../../generated/client/models/index.js';

/** What is known of a call when it fails. Holds no headers and no body of the request, so it can be logged. */
export interface FailedCall {
  /** The operationId, as in `getTask`. */
  readonly operation: string;
  readonly method: string;
  /** Where the request went; secrets in the query are blanked out. */
  readonly url: string;
  /** How often the request was sent. When above 1, an earlier attempt may have had its effect already. */
  readonly attempts: number;
  /** Finds the last attempt in the server's logs. */
  readonly requestId?: string | undefined;
  /** The `Idempotency-Key` of the call, for operations that take one. Send it again to repeat the call safely. */
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

const SECRET = /([?&][^=&]*(?:token|secret|password|key|code)[^=&]*=)[^&#]*/gi;

/** Blanks out what looks like a secret in the query of an address. */
export const redactUrl = (url: string): string => url.replace(SECRET, '$1***');

/** Whatever goes wrong in a call. `name` tells the class, also across copies of this package. */
export class TaskpactError extends Error implements FailedCall {
  override get name(): string {
    return 'TaskpactError';
  }
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly attempts: number;
  readonly requestId: string | undefined;
  readonly idempotencyKey: string | undefined;

  constructor(message: string, call: FailedCall) {
    super(
      `${call.operation}: ${message}${call.requestId ? ` (request ${call.requestId})` : ''}`,
      call.cause === undefined ? undefined : { cause: call.cause },
    );
    this.operation = call.operation;
    this.method = call.method;
    this.url = redactUrl(call.url);
    this.attempts = call.attempts;
    this.requestId = call.requestId;
    this.idempotencyKey = call.idempotencyKey;
  }

  /** For logs: `JSON.stringify` would leave out name and message. */
  toJSON(): object {
    return { ...this, name: this.name, message: this.message };
  }
}

/** No answer came: refused, reset, no such host, offline, or a browser that CORS forbade to look. */
export class ConnectionError extends TaskpactError {
  override get name() {
    return 'ConnectionError' as const;
  }
}

/** No answer came in time: an attempt took longer than `timeout`, or the call longer than `deadline`. */
export class TimeoutError extends TaskpactError {
  override get name() {
    return 'TimeoutError' as const;
  }
}

/** The caller's signal was aborted. `cause` is the signal's reason. */
export class AbortError extends TaskpactError {
  override get name() {
    return 'AbortError' as const;
  }
}

/** The answer says that all is well, but it is not JSON: most likely something else answered than the server. */
export class InvalidResponseError extends TaskpactError {
  override get name() {
    return 'InvalidResponseError' as const;
  }
}

/** What an answer that is not a success was. */
export interface FailedAnswer extends FailedCall {
  readonly status: number;
  readonly headers: Headers;
  /** The body, if it was `application/problem+json`. */
  readonly problem?: Problem | undefined;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
}

/** The server answered, but with an error. Statuses without a class of their own come as this one. */
export class ApiError extends TaskpactError {
  override get name(): string {
    return 'ApiError';
  }
  readonly status: number;
  /** What went wrong, for programs. Undefined when something in between answered, such as a proxy. */
  readonly code: ProblemCode | undefined;
  readonly problem: Problem | undefined;
  /** Milliseconds that the server asks to wait before trying again. */
  readonly retryAfter: number | undefined;
  /** Headers of the answer. */
  readonly headers: Headers;

  constructor(answer: FailedAnswer) {
    const { status, problem } = answer;
    const fields = problem?.errors?.map((field) => ` ${field.pointer ?? field.parameter}: ${field.message}.`);
    const text = problem ? ` ${problem.code}: ${problem.detail}${fields?.join('') ?? ''}` : '';
    super(`${status}${text}`, answer);
    this.status = status;
    this.code = problem?.code;
    this.problem = problem;
    this.retryAfter = answer.retryAfter;
    this.headers = answer.headers;
  }
}

/** 400: the request could not be read. */
export class BadRequestError extends ApiError {
  override get name() {
    return 'BadRequestError' as const;
  }
}

/** 401: there is no valid access token and none could be had by refreshing, or the credentials are wrong. */
export class UnauthenticatedError extends ApiError {
  override get name() {
    return 'UnauthenticatedError' as const;
  }
}

/** 403: the access token is valid, but does not allow this. */
export class ForbiddenError extends ApiError {
  override get name() {
    return 'ForbiddenError' as const;
  }
}

/** 404: there is no such resource, or it is somebody else's. */
export class NotFoundError extends ApiError {
  override get name() {
    return 'NotFoundError' as const;
  }
}

/** 409: the change can't be made beside what is stored already. */
export class ConflictError extends ApiError {
  override get name() {
    return 'ConflictError' as const;
  }
}

/** 412: the resource is not the one that `ifMatch` named any more. */
export class PreconditionFailedError<Resource extends CurrentResource = CurrentResource> extends ApiError {
  override get name() {
    return 'PreconditionFailedError' as const;
  }

  /** The resource as it is now. Apply the change to it and give it as `ifMatch`. */
  get current(): Resource | undefined {
    return this.problem?.current as Resource | undefined;
  }
}

/** 413: the body is larger than the server takes. */
export class PayloadTooLargeError extends ApiError {
  override get name() {
    return 'PayloadTooLargeError' as const;
  }
}

/** 415: the server does not take this media type. */
export class UnsupportedMediaTypeError extends ApiError {
  override get name() {
    return 'UnsupportedMediaTypeError' as const;
  }
}

/** 422: the request breaks the contract. */
export class ValidationError extends ApiError {
  override get name() {
    return 'ValidationError' as const;
  }

  /** Every field that is wrong. */
  get errors(): readonly FieldError[] {
    return this.problem?.errors ?? [];
  }
}

/** 429: too many requests; `retryAfter` says how long to wait. */
export class RateLimitError extends ApiError {
  override get name() {
    return 'RateLimitError' as const;
  }
}

/** 5xx: the server, or something that it needs, failed. */
export class ServerError extends ApiError {
  override get name() {
    return 'ServerError' as const;
  }
}

/** The error of a status. */
export function apiError(answer: FailedAnswer): ApiError {
  const Class = BY_STATUS[answer.status] ?? (answer.status >= 500 ? ServerError : ApiError);
  return new Class(answer);
}

const BY_STATUS: Readonly<Record<number, typeof ApiError>> = {
  400: BadRequestError,
  401: UnauthenticatedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  412: PreconditionFailedError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: ValidationError,
  429: RateLimitError,
};
