import type { AccessTokenSource, TokenStore } from './credentials.ts';
import type { Logger, LogLevel } from './logger.ts';

/** What every call can be given on top of its own parameters. */
export interface CallOptions {
  /** Ends the call, whatever it is doing: sending, reading, waiting for a retry or for a new token. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one attempt may take. */
  readonly timeout?: number | undefined;
  /** Milliseconds that the call may take in all, with its retries and the waits between them. */
  readonly deadline?: number | undefined;
  /** How often the request is sent again after a failure that may pass. */
  readonly retries?: number | undefined;
  /** Headers to send on top of the client's. An `Authorization` takes the place of the client's own token. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An entity tag as text, a version, or a resource that has one. */
export type EntityTag = string | number | { readonly version: number };

/** What writes take that check the version of what they change. */
export interface IfMatch<Resource = never> {
  /**
   * Only write if the resource is still the one that was read: pass what an earlier call answered, its `version`, or an
   * ETag. Otherwise the call fails with a `PreconditionFailedError` that carries the resource as it is now.
   */
  readonly ifMatch?: EntityTag | Resource | undefined;
}

/** What reads take that need not answer again what the caller has already. */
export interface IfNoneMatch<Resource> {
  /** What an earlier call answered. If it is still current, nothing is transferred and the same object comes back. */
  readonly ifNoneMatch?: Resource | undefined;
}

/** What operations take that can be repeated without doing their work twice. */
export interface IdempotencyKey {
  /** Names this piece of work. Made up when it is missing, and kept over all attempts of the call. */
  readonly idempotencyKey?: string | undefined;
}

/** One attempt of a call, on its way to the server. Middleware may change what is not read-only. */
export interface ApiRequest {
  /** The operationId, as in `getTask`. */
  readonly operation: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly method: string;
  readonly signal: AbortSignal;
  url: string;
  headers: Headers;
  body: string | undefined;
}

/**
 * Wraps each attempt: does what it likes with the request, calls `next` for the answer, and returns that or another one.
 * The first one in the list is the outermost.
 */
export type Middleware = (
  request: ApiRequest,
  next: (request: ApiRequest) => Promise<Response>,
) => Promise<Response>;

/** The part of the global `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How to reach the server and how to treat it. Only `baseUrl` is needed. */
export interface TaskpactOptions {
  /** Address of the server, as in `https://tasks.example.com`. A path such as `/backend` is kept in front of the API's. */
  readonly baseUrl: string;
  /** Keeps the tokens of a session between calls; in memory unless told otherwise. */
  readonly tokens?: TokenStore | undefined;
  /**
   * For pages in browsers: the refresh token travels in a cookie that scripts can't read, and `tokens` keep the access token
   * alone. The page has to be of the server's own origin, or of one that the server allows and that is of the same site.
   */
  readonly cookies?: boolean | undefined;
  /** An access token that was had elsewhere, or a function that gets it. Takes the place of `tokens`. */
  readonly accessToken?: AccessTokenSource | undefined;
  /** Milliseconds that one attempt may take. 30,000 unless told otherwise; `Infinity` for no limit. */
  readonly timeout?: number | undefined;
  /** Milliseconds that a call may take in all. 120,000 unless told otherwise; `Infinity` for no limit. */
  readonly deadline?: number | undefined;
  /** How often a request is sent again after a failure that may pass. 2 unless told otherwise. */
  readonly retries?: number | undefined;
  /** Headers for every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly middleware?: readonly Middleware[] | undefined;
  /** Where to log; the console unless told otherwise. */
  readonly logger?: Logger | undefined;
  /** The least important level that is logged. `warn` unless told otherwise. */
  readonly logLevel?: LogLevel | undefined;
  /** Another implementation of `fetch`. */
  readonly fetch?: Fetch | undefined;
}
