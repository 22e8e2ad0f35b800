import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { ContractDocument, Operation } from '../contract/document.ts';
import type { OperationLimits } from '../contract/router.ts';
import { RateLimitedError, UnauthenticatedError } from '../errors.ts';
import { type Counter, type Counters, CountersAwayError, uncountable } from '../limits/counters.ts';
import { networkOf } from '../limits/networks.ts';
import { surplus } from './surplus.ts';

export interface RateLimitOptions {
  readonly document: ContractDocument;
  readonly counters: Counters;
  /** Multiplies what the contract allows. */
  readonly scale: number;
  /** The counts can't be kept at the moment. */
  readonly onAway: (error: CountersAwayError) => void;
  /** Milliseconds that somebody waits, more or less, who was refused what only so many may ask for at once. */
  readonly refusalDelay?: number | undefined;
}

/**
 * Holds each operation to the limit that the contract names for it (`x-rate-limit`), and says how much of it is left
 * (`RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers).
 */
export function rateLimits(options: RateLimitOptions): (operation: Operation) => OperationLimits {
  const limits = new Map(
    Object.entries(options.document['x-rate-limits']).map(
      ([name, { requests, seconds, per, closed, parallel }]) => {
        const quota = { requests: Math.ceil(requests * options.scale), seconds };
        const counter = options.counters.create(name, quota);
        return [name, { per, parallel, hold: holder(counter, closed === true, options.onAway) }];
      },
    ),
  );
  return ({ rateLimit, scopes }) => {
    if (rateLimit === undefined) return {};
    const limit = limits.get(rateLimit);
    if (limit === undefined) throw new Error(`The contract has no limit ${rateLimit}`);
    const { per, parallel, hold } = limit;
    const bounds = parallel === undefined ? {} : boundsOf(parallel, options.refusalDelay);
    const byAddress: RequestHandler = async (request, response, next) => {
      await hold(response, addressKey(request));
      next();
    };
    if (per === 'address' || scopes === undefined) return { ...bounds, address: byAddress };
    const byCaller: RequestHandler = async (_request, response, next) => {
      await hold(response, `user ${response.locals.principal.userId}`);
      next();
    };
    // Whoever can't say who they are is counted by where they are, so that tokens can't be guessed at will.
    const refused: ErrorRequestHandler = async (error, request, response, next) => {
      if (error instanceof UnauthenticatedError) await hold(response, addressKey(request));
      next(error);
    };
    return { ...bounds, caller: byCaller, refused };
  };
}

function boundsOf(parallel: number, delay = 4_000): Pick<OperationLimits, 'admit' | 'failed'> {
  const { admit, hold } = surplus({ parallel, delay });
  return { admit, failed: hold };
}

function holder(counter: Counter, closed: boolean, onAway: RateLimitOptions['onAway']) {
  const { requests, seconds } = counter.quota;
  const policy = `"${counter.name}";q=${requests};w=${seconds}`;
  return async (response: Response, key: string): Promise<void> => {
    const count = await counter.count(key).catch((error: unknown) => {
      if (!(error instanceof CountersAwayError)) throw error;
      onAway(error);
      if (closed) throw uncountable(error);
    });
    if (count === undefined) return;
    response.set('RateLimit-Policy', policy);
    response.set('RateLimit', `"${counter.name}";r=${count.remaining};t=${count.resetsIn}`);
    if (count.exceeded) throw new RateLimitedError(count.resetsIn);
  };
}

function addressKey(request: Request): string {
  return `address ${networkOf(request.ip ?? '')}`;
}
