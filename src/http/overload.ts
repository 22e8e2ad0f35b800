import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ContractDocument } from '../contract/document.ts';
import { UnavailableError } from '../errors.ts';
import { exposedHeaders } from './exposed-headers.ts';
import type { Logger } from './logging.ts';
import { completeProblem, draftProblem } from './problem.ts';
import { cacheControl, helmetHeaders, VARY } from './security-headers.ts';

/** Requests that may wait for a connection to the database before new ones are refused. */
const MOST_WAITING = 100;
/** Seconds; a refused client comes back when those that were taken are answered. */
const RETRY_AFTER = 1;
/** Milliseconds between two lines of the log that tell how many were refused. */
const TELL_EVERY = 1_000;

export interface OverloadOptions {
  readonly document: ContractDocument;
  readonly publicUrl: string;
  /** Scripts of these may see that, and for how long, they are refused. */
  readonly corsOrigins: readonly string[];
  readonly logger: Pick<Logger, 'warn'>;
  /** Requests that wait for a connection to the database at the moment. */
  readonly waiting: () => number;
  readonly onRefused: () => void;
}

/** @returns whether the request was refused, and has its answer */
export type OverloadGuard = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Refuses what could only wait. It stands before everything else and does next to nothing, not even write a line of the
 * log for each: a refusal that cost a tenth of an answer would leave half of the server's time for answers when ten times
 * as many are asked for as it can give. Probes are always let through.
 */
export function overloadGuard(options: OverloadOptions): OverloadGuard {
  const { document, publicUrl, corsOrigins, logger, waiting, onRefused } = options;
  const draft = draftProblem(
    new UnavailableError('More is asked for than can be answered at the moment.', {
      retryAfter: RETRY_AFTER,
    }),
  );
  const exposed = exposedHeaders(document).join(',');
  let always: OutgoingHttpHeaders | undefined;
  let untold = 0;
  const tell = (): void => {
    logger.warn({ requests: untold }, 'refused, because too many requests wait for the database');
    untold = 0;
  };
  return (request, response) => {
    if (waiting() < MOST_WAITING || request.url?.startsWith('/health')) return false;
    onRefused();
    if (untold === 0) setTimeout(tell, TELL_EVERY).unref();
    untold += 1;
    const requestId = randomUUID();
    const problem = completeProblem(draft, { document, publicUrl, requestId, path: '/' });
    const body = JSON.stringify(problem);
    always ??= { ...constantHeaders(request), ...draft.headers };
    response.writeHead(problem.status, {
      ...always,
      ...corsHeaders(request, corsOrigins, exposed),
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'X-Request-Id': requestId,
      'Cache-Control': cacheControl(request),
    });
    response.end(body);
    return true;
  };
}

/** What Helmet says of every answer, found out once. */
function constantHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const sample = new ServerResponse(request);
  helmetHeaders(request, sample, () => {});
  return { ...sample.getHeaders(), Vary: VARY };
}

function corsHeaders(
  { headers }: IncomingMessage,
  origins: readonly string[],
  exposed: string,
): Record<string, string> {
  if (headers.origin === undefined || !origins.includes(headers.origin)) return {};
  return {
    'Access-Control-Allow-Origin': headers.origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': exposed,
    Vary: `Origin, ${VARY}`,
  };
}
