export * from '../../generated/client/models/index.js';
export type { Auth } from './auth.ts';
export { Taskpact } from './client.ts';
export { type AccessTokenSource, memoryTokenStore, type TokenStore, type Tokens } from './credentials.ts';
export {
  AbortError,
  ApiError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  type FailedCall,
  ForbiddenError,
  InvalidResponseError,
  NotFoundError,
  PayloadTooLargeError,
  PreconditionFailedError,
  RateLimitError,
  ServerError,
  TaskpactError,
  TimeoutError,
  UnauthenticatedError,
  UnsupportedMediaTypeError,
  ValidationError,
} from './errors.ts';
export { etagCache } from './etag-cache.ts';
export type * from './generated/resources.ts';
export { hasCode, isTaskpactError, type TaskpactErrors } from './guards.ts';
export type { Logger, LogLevel } from './logger.ts';
export type * from './options.ts';
export type { ApiPromise, ApiResult, ListPage, ListPromise } from './results.ts';
