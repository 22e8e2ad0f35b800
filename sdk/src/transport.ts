import type { HTTPQuery } from '../../generated/client/runtime.js';
import type { Credentials } from './credentials.ts';
import { createDeprecationWatch } from './deprecation.ts';
import { ApiError, TaskpactError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { CallOptions, Fetch, Middleware } from './options.ts';
import type { ApiResult } from './results.ts';
import { backoff, isTransient } from './retry.ts';
import { Run } from './run.ts';

/** A call as the generated client has laid it out, and what the layer on top of it makes of it. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: HTTPQuery;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Whether the operation wants an access token. */
  readonly secured: boolean;
  /** Whether doing it twice is no worse than doing it once. */
  readonly repeatable: boolean;
  /** Whether the browser is to send and take cookies, to another origin, too. */
  readonly cookies: boolean;
  /** What to answer when the server says that it has not changed. */
  readonly known: object | undefined;
  readonly options: CallOptions;
}

export interface TransportConfig {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly deadline: number;
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly middleware: readonly Middleware[];
  readonly logger: Logger;
  readonly fetch: Fetch;
}

/** What the deadline alone bounds. */
const FOREVER = Number.POSITIVE_INFINITY;

/** Sends a call until it has succeeded, failed for good, or run out of time or attempts. */
export type Transport = (call: Call) => Promise<ApiResult<unknown>>;

export function createTransport(config: TransportConfig): Transport {
  const warnOfDeprecation = createDeprecationWatch(config.logger);
  return async (call) => {
    const run = new Run(config, call);
    try {
      const result = await untilDone(config, call, run);
      config.logger.info(`${call.operation} ${result.response.status}`, run.summary());
      warnOfDeprecation(call.operation, result.response.headers);
      return result;
    } catch (error) {
      config.logger.info(`${call.operation} ${error instanceof Error ? error.name : error}`, run.summary());
      if (error instanceof ApiError) warnOfDeprecation(call.operation, error.headers);
      throw error;
    }
  };
}

async function untilDone(config: TransportConfig, call: Call, run: Run): Promise<ApiResult<unknown>> {
  const { credentials, logger } = config;
  const retries = call.repeatable ? (call.options.retries ?? config.retries) : 0;
  let token = run.wantsToken ? await run.within(FOREVER, () => credentials.current()) : undefined;
  let replayed = false;
  for (let retry = 0; ; ) {
    try {
      return await run.attempt(token);
    } catch (error) {
      if (!(error instanceof TaskpactError)) throw error;
      if (token !== undefined && !replayed && isRefused(error)) {
        const refused = token;
        token = await run.within(FOREVER, () => credentials.renew(refused));
        if (token === undefined) throw error;
        replayed = true;
        continue;
      }
      const wait = (error instanceof ApiError ? error.retryAfter : undefined) ?? backoff(retry);
      if (!isTransient(error) || retry >= retries || wait > run.remaining()) throw error;
      logger.info(`${call.operation} waits for a retry`, { ...run.summary(), after: error.name, wait });
      await run.within(FOREVER, (signal) => sleep(wait, signal));
      retry += 1;
      // However new the token was, it may have expired during the wait.
      replayed = false;
    }
  }
}

/** Whether another token might help. Wrong credentials are a 401 as well, but have nothing to do with the token. */
function isRefused(error: TaskpactError): boolean {
  if (!(error instanceof ApiError) || error.status !== 401) return false;
  return error.code === undefined || error.code === 'unauthenticated';
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
