import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { RateLimitedError, UnavailableError } from '../errors.ts';

export interface SurplusOptions {
  /** Requests that are worked on at once; the next one is refused. */
  readonly parallel: number;
  /** Milliseconds that a refusal is held, more or less. */
  readonly delay: number;
  /** Refusals that are held at once; the next ones are answered right away. */
  readonly places?: number;
}

export interface Surplus {
  /** @throws UnavailableError when as many requests as may be are worked on */
  readonly admit: RequestHandler;
  /** Takes what failed; a refusal (429 or 503) goes on after a while, or when the client has left. */
  readonly hold: ErrorRequestHandler;
}

/**
 * Keeps an operation whose work is dear from taking all there is. What is too much is refused before anything is done for
 * it, and the refusal is held back: whoever asks again as soon as they have their answer asks seldom then, so that a flood
 * over many connections leaves time for everybody else.
 */
export function surplus({ parallel, delay, places = 2_000 }: SurplusOptions): Surplus {
  const admitted = new Set<Response>();
  let held = 0;
  return {
    admit: (_request, response, next) => {
      if ([...admitted].filter(isWork).length >= parallel) {
        throw new UnavailableError('Too many people ask for this at the moment.', { retryAfter: 2 });
      }
      admitted.add(response);
      response.once('close', () => admitted.delete(response));
      next();
    },
    hold: async (error, _request, response, next) => {
      admitted.delete(response);
      const isRefusal = error instanceof RateLimitedError || error instanceof UnavailableError;
      if (isRefusal && held < places) {
        held += 1;
        // Not all for the same time: those who came together shall not come back together.
        await pause(delay * (0.5 + Math.random()), response);
        held -= 1;
      }
      next(error);
    },
  };
}

/** Whoever is slow to send the request, or to take the answer, keeps nobody else out. */
function isWork({ req, writableEnded }: Response): boolean {
  return req.complete && !writableEnded;
}

/** Ends early when the client leaves. */
function pause(milliseconds: number, response: Response): Promise<void> {
  if (response.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
