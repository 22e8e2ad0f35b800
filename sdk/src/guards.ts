import type { ProblemCode } from '../../generated/client/models/index.js';
import type * as errors from './errors.ts';

/** The error classes by the name that their instances carry. */
export interface TaskpactErrors {
  readonly ApiError: errors.ApiError;
  readonly BadRequestError: errors.BadRequestError;
  readonly UnauthenticatedError: errors.UnauthenticatedError;
  readonly ForbiddenError: errors.ForbiddenError;
  readonly NotFoundError: errors.NotFoundError;
  readonly ConflictError: errors.ConflictError;
  readonly PreconditionFailedError: errors.PreconditionFailedError;
  readonly PayloadTooLargeError: errors.PayloadTooLargeError;
  readonly UnsupportedMediaTypeError: errors.UnsupportedMediaTypeError;
  readonly ValidationError: errors.ValidationError;
  readonly RateLimitError: errors.RateLimitError;
  readonly ServerError: errors.ServerError;
  readonly ConnectionError: errors.ConnectionError;
  readonly TimeoutError: errors.TimeoutError;
  readonly AbortError: errors.AbortError;
  readonly InvalidResponseError: errors.InvalidResponseError;
}

/**
 * Whether an error comes from this client, and from the class of that name if one is given (`ApiError`: any answer).
 * Goes by names, so it also works when a program has loaded the package twice, where `instanceof` says no.
 */
export function isTaskpactError(error: unknown): error is errors.TaskpactError;
export function isTaskpactError<Name extends keyof TaskpactErrors>(
  error: unknown,
  name: Name,
): error is TaskpactErrors[Name];
export function isTaskpactError(error: unknown, name?: string): boolean {
  if (typeof error !== 'object' || error === null) return false;
  // A DOMException may be called NotFoundError or AbortError too, but knows nothing of attempts.
  if (!('attempts' in error && 'operation' in error && 'name' in error)) return false;
  return name === undefined || error.name === name || (name === 'ApiError' && 'status' in error);
}

/** Whether the server answered with one of these codes. */
export function hasCode<Code extends ProblemCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is errors.ApiError & { readonly code: Code } {
  return isTaskpactError(error, 'ApiError') && codes.some((code) => code === error.code);
}
