import type { Problem } from '../../generated/client/models/index.js';
import { querystring } from '../../generated/client/runtime.js';
import {
  AbortError,
  apiError,
  ConnectionError,
  type FailedCall,
  InvalidResponseError,
  TimeoutError,
} from './errors.ts';
import { rememberTag } from './etag.ts';
import { withLimits } from './limits.ts';
import { describe, redactHeaders } from './logger.ts';
import type { ApiRequest } from './options.ts';
import { randomId } from './random.ts';
import type { ApiResult } from './results.ts';
import { retryAfter } from './retry.ts';
import type { Call, TransportConfig } from './transport.ts';

/** One call on its way: what it sends, how often it has been sent, how much time it has left. */
export class Run {
  /** Whether the client has to bring an access token; the caller may have brought one. */
  readonly wantsToken: boolean;
  readonly #config: TransportConfig;
  readonly #call: Call;
  readonly #url: string;
  readonly #headers: Headers;
  readonly #body: string | undefined;
  /** Milliseconds on the monotonic clock, as `#end`. */
  readonly #start = performance.now();
  readonly #end: number;
  readonly #id = randomId();
  #attempts = 0;
  #requestId: string | undefined;

  constructor(config: TransportConfig, call: Call) {
    const query = querystring(call.query);
    this.#config = config;
    this.#call = call;
    this.#url = `${config.baseUrl}${call.path}${query && `?${query}`}`;
    this.#headers = merge({ Accept: 'application/json' }, config.headers, call.headers, call.options.headers);
    this.#body = call.body === undefined ? undefined : JSON.stringify(call.body);
    this.#end = this.#start + (call.options.deadline ?? config.deadline);
    this.wantsToken = call.secured && !this.#headers.has('Authorization');
  }

  /** Milliseconds until the deadline. */
  remaining(): number {
    return this.#end - performance.now();
  }

  /** Does something for at most so many milliseconds, the rest of the deadline, and as long as the caller wants it. */
  within<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = Math.min(milliseconds, this.remaining());
    const limits = {
      signal: this.#call.options.signal,
      timeout,
      onAbort: (reason: unknown) => new AbortError('aborted by the caller', this.#context(reason)),
      onTimeout: () =>
        new TimeoutError(`no answer in ${Math.max(0, Math.round(timeout))} ms`, this.#context()),
    };
    return withLimits(limits, work);
  }

  /** Sends the request once, through the middleware. */
  attempt(token: string | undefined): Promise<ApiResult<unknown>> {
    return this.within(this.#call.options.timeout ?? this.#config.timeout, async (signal) => {
      const send = this.#config.middleware.reduceRight<(request: ApiRequest) => Promise<Response>>(
        (next, middleware) => (request) => middleware(request, next),
        (request) => this.#fetch(request),
      );
      const response = await send(this.#request(token, signal));
      this.#requestId = response.headers.get('X-Request-Id') ?? this.#requestId;
      return this.#read(response, await this.#network(response.text(), signal));
    });
  }

  /** For the log. */
  summary(): Record<string, unknown> {
    const ms = Math.round(performance.now() - this.#start);
    return { attempts: this.#attempts, requestId: this.#requestId, ms };
  }

  #request(token: string | undefined, signal: AbortSignal): ApiRequest {
    const { operation, method } = this.#call;
    const attempt = ++this.#attempts;
    const headers = new Headers(this.#headers);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    // The server keeps a request id that it is sent, so there is one to look for even if no answer ever comes.
    if (!headers.has('X-Request-Id')) headers.set('X-Request-Id', `${this.#id}-${attempt}`);
    this.#requestId = headers.get('X-Request-Id') ?? undefined;
    return { operation, attempt, method, signal, url: this.#url, headers, body: this.#body };
  }

  async #fetch(request: ApiRequest): Promise<Response> {
    const { fetch, logger } = this.#config;
    const { url, method, headers, body = null, signal } = request;
    logger.debug('sends', { ...describe(request), headers: redactHeaders(headers) });
    const credentials = this.#call.cookies ? ({ credentials: 'include' } as const) : {};
    const init = { method, headers, body, signal, ...credentials };
    const response = await this.#network(fetch(url, init), signal);
    const { status } = response;
    logger.debug('got', { ...describe(request), status, headers: redactHeaders(response.headers) });
    return response;
  }

  /** Tells a failure of the network from the wish of the caller or the clock to stop. */
  async #network<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new ConnectionError(`no answer: ${reasonOf(cause)}`, this.#context(cause));
    }
  }

  #read(response: Response, text: string): ApiResult<unknown> {
    const { status, headers, ok } = response;
    const { known } = this.#call;
    const etag = headers.get('ETag');
    if (!ok && !(status === 304 && known)) {
      const isProblem = headers.get('Content-Type')?.includes('problem+json');
      const problem = isProblem ? parse<Problem>(text) : undefined;
      rememberTag(problem?.current, etag);
      throw apiError({ ...this.#context(), status, headers, problem, retryAfter: retryAfter(headers) });
    }
    const data = status === 304 ? known : parse<unknown>(text);
    if (data === undefined && (text !== '' || !EMPTY.includes(status))) {
      throw new InvalidResponseError(`${status}, but the body is not JSON`, this.#context());
    }
    rememberTag(data, etag);
    const [attempts, requestId] = [this.#attempts, this.#requestId ?? ''];
    return { data, response, requestId, attempts, etag: etag ?? undefined };
  }

  #context(cause?: unknown): FailedCall {
    const { operation, method } = this.#call;
    const idempotencyKey = this.#headers.get('Idempotency-Key') ?? undefined;
    const [attempts, requestId] = [this.#attempts, this.#requestId];
    return { operation, method, url: this.#url, attempts, requestId, idempotencyKey, cause };
  }
}

/** Statuses whose answers may have no body; a 304 without what it is about is an error. */
const EMPTY: readonly number[] = [202, 204, 205];

/** Later ones win, whatever the case of their names. */
function merge(...sources: readonly (Readonly<Record<string, string>> | undefined)[]): Headers {
  const headers = new Headers();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source ?? {})) headers.set(name, value);
  }
  return headers;
}

/** Undefined when it is not JSON. */
function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node hides what went wrong one level deeper, as in `fetch failed` because of `ECONNREFUSED`. */
function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = cause as Error & { cause?: { code?: string } };
  return deeper?.code ?? message;
}
