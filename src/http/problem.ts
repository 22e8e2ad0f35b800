import { BodyTooLargeError } from '../contract/body.ts';
import { entityTag } from '../contract/conditional.ts';
import { removedCookie } from '../contract/cookies.ts';
import type { ContractDocument } from '../contract/document.ts';
import { MethodNotAllowedError } from '../contract/router.ts';
import type { DescribeProblem, ProblemCode, Schemas } from '../contract/types.ts';
import { translateDatabaseError } from '../db/pg-errors.ts';
import {
  ConflictError,
  EmailUnverifiedError,
  type FieldFault,
  ForbiddenError,
  IdentityNotLinkedError,
  InsufficientRoleError,
  InsufficientScopeError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidRefreshTokenError,
  NotFoundError,
  PreconditionFailedError,
  RateLimitedError,
  ReauthenticationRequiredError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts';

export type Problem = Schemas['Problem'];

/** An answer in the making: what the error means, before it knows its request. */
export interface ProblemDraft {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly faults?: readonly FieldFault[];
  readonly current?: unknown;
  /** The contract let through what the database refused. */
  readonly validationGap?: boolean;
}

/** Says nothing of the cause. */
export const INTERNAL_ERROR: ProblemDraft = {
  code: 'internal_error',
  detail: 'Something went wrong on our side.',
};

/**
 * What any thrown value means to the client. Total: what is not known is an `internal_error` that says nothing of the
 * cause, for the message may hold SQL, a path or a secret.
 */
export function draftProblem(error: unknown): ProblemDraft {
  return (
    draftDomainProblem(error) ??
    draftValidatorProblem(error) ??
    draftParserProblem(error) ??
    draftDatabaseProblem(error)
  );
}

function draftDatabaseProblem(error: unknown): ProblemDraft {
  const translated = translateDatabaseError(error);
  const draft = translated && draftDomainProblem(translated.error);
  if (translated === undefined || draft === undefined) {
    return INTERNAL_ERROR;
  }
  return { ...draft, validationGap: translated.validationGap };
}

function draftDomainProblem(error: unknown): ProblemDraft | undefined {
  if (error instanceof InvalidInputError) {
    return { code: 'validation_failed', detail: error.message, faults: error.faults };
  }
  if (error instanceof UnauthenticatedError) {
    const challenge = error.tokenSent ? ['error="invalid_token"'] : [];
    return { code: 'unauthenticated', detail: error.message, headers: authenticate(challenge) };
  }
  if (error instanceof InvalidCredentialsError) {
    return { code: 'invalid_credentials', detail: error.message, headers: authenticate([]) };
  }
  if (error instanceof InvalidRefreshTokenError) {
    const removal: Record<string, string> =
      error.cookie === undefined ? {} : { 'Set-Cookie': removedCookie(error.cookie) };
    const headers = { ...authenticate(['error="invalid_token"']), ...removal };
    return { code: 'invalid_refresh_token', detail: error.message, headers };
  }
  if (error instanceof InsufficientScopeError) {
    const challenge = ['error="insufficient_scope"', `scope="${error.missing.join(' ')}"`];
    return { code: 'insufficient_scope', detail: error.message, headers: authenticate(challenge) };
  }
  if (error instanceof InsufficientRoleError) {
    return { code: 'insufficient_role', detail: error.message, headers: authenticate([]) };
  }
  if (error instanceof EmailUnverifiedError) {
    return { code: 'email_unverified', detail: error.message, headers: authenticate([]) };
  }
  if (error instanceof IdentityNotLinkedError) {
    return { code: 'identity_not_linked', detail: error.message, headers: authenticate([]) };
  }
  if (error instanceof ReauthenticationRequiredError) {
    // RFC 9470 section 3.
    const challenge = ['error="insufficient_user_authentication"'];
    return { code: 'reauthentication_required', detail: error.message, headers: authenticate(challenge) };
  }
  if (error instanceof RateLimitedError) {
    const headers = { 'Retry-After': String(error.retryAfter) };
    return { code: 'rate_limited', detail: error.message, headers };
  }
  if (error instanceof ForbiddenError) return { code: 'forbidden', detail: error.message };
  if (error instanceof NotFoundError) return { code: 'not_found', detail: error.message };
  if (error instanceof ConflictError) return { code: error.code, detail: error.message };
  if (error instanceof PreconditionFailedError) {
    const headers = { ETag: entityTag(error.version, ...error.distinctions) };
    return { code: 'precondition_failed', detail: error.message, headers, current: error.current };
  }
  if (error instanceof UnavailableError) {
    return {
      code: 'unavailable',
      detail: error.message,
      headers: { 'Retry-After': String(error.retryAfter) },
    };
  }
  if (error instanceof BodyTooLargeError) return { code: 'payload_too_large', detail: error.message };
  if (error instanceof MethodNotAllowedError) {
    return { code: 'method_not_allowed', detail: error.message, headers: { Allow: error.allow } };
  }
  return undefined;
}

/** RFC 6750 section 3. */
function authenticate(parameters: readonly string[]): Record<string, string> {
  return { 'WWW-Authenticate': `Bearer ${['realm="taskpact"', ...parameters].join(', ')}` };
}

/** Errors of express-openapi-validator: they have a `path` beside the status. */
function draftValidatorProblem(error: unknown): ProblemDraft | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('path' in error)) return undefined;
  switch (error.status) {
    case 401:
      return draftDomainProblem(new UnauthenticatedError('An access token is needed.', false));
    case 415:
      return {
        code: 'unsupported_media_type',
        detail: 'The body is not in a media type that this operation takes.',
      };
    default:
      return undefined;
  }
}

/** Errors of the body parsers and of Express' own routing: they have a `status`, and the parsers' a `type`. */
function draftParserProblem(error: unknown): ProblemDraft | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  switch (error.status) {
    case 400:
      return {
        code: 'malformed_request',
        detail: malformation(error, type),
      };
    case 413:
      return { code: 'payload_too_large', detail: 'The body is larger than the server takes.' };
    case 415:
      return { code: 'unsupported_media_type', detail: 'The encoding of the body is not supported.' };
    default:
      return undefined;
  }
}

/** Express throws a URIError for a path; all others are about the body, those of decompression without a type. */
function malformation(error: Error, type: unknown): string {
  if (error instanceof URIError) return 'The address of the request is malformed.';
  return MALFORMED[String(type)] ?? 'The body could not be read.';
}

const MALFORMED: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'The body is not valid JSON.',
  'request.aborted': 'The body ended too early.',
  'request.size.invalid': 'The body is not as long as Content-Length says.',
  'stream.encoding.set': 'The body could not be read.',
};

/** Everything about one request that a problem mentions. */
export interface ProblemContext {
  readonly document: ContractDocument;
  readonly requestId: string;
  /** Path of the request, without its query. */
  readonly path: string;
  /** Origin of the server, in front of the address of the problem's page. */
  readonly publicUrl: string;
}

/** Completes a draft with what the contract says of its code. */
export function completeProblem(draft: ProblemDraft, context: ProblemContext): Problem {
  const { schemas } = context.document.components;
  const kind = schemas.ProblemCode['x-problems'][draft.code];
  return {
    type: `${context.publicUrl}/docs/problems/${draft.code}`,
    title: kind.title,
    status: kind.status,
    detail: draft.detail,
    instance: context.path,
    code: draft.code,
    request_id: context.requestId,
    ...(draft.faults === undefined
      ? {}
      : {
          errors: draft.faults.slice(
            0,
            schemas.Problem.properties.errors.maxItems,
          ) as Schemas['FieldError'][],
        }),
    ...(draft.current === undefined ? {} : { current: draft.current as Schemas['CurrentResource'] }),
  };
}

/** Errors as problems, for answers that tell of several. @param server what is the same for all requests */
export function problemDescriber(server: Pick<ProblemContext, 'document' | 'publicUrl'>): DescribeProblem {
  return (error, { url, requestId }) => {
    const [path = ''] = url.split('?');
    return completeProblem(draftProblem(error), { ...server, requestId, path });
  };
}
