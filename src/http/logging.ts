import type { Request, RequestHandler, Response } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Paths of fields that are never written, wherever somebody hangs them. */
const SECRETS = ['password', 'access_token', 'refresh_token', 'authorization', 'cookie', 'connectionString'];
/** Characters of a path that are worth a line. */
const LONGEST_PATH = 200;
/** Bytes of lines that wait while standard output takes none. */
const BACKLOG = 1_000_000;

/**
 * Writes one line of JSON for each entry, to standard output unless told otherwise.
 *
 * @param traceFields names the span that is under way, for lines that do not name theirs
 */
export function createLogger(
  level: string,
  destination: DestinationStream = standardOutput(),
  traceFields?: () => object | undefined,
): Logger {
  return pino(
    {
      level,
      // No host name or process id: whoever collects the logs knows.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
      serializers: { err: serialiseError },
      ...(traceFields && { mixin: (line) => ('trace_id' in line ? {} : (traceFields() ?? {})) }),
    },
    destination,
  );
}

/** A full disk or a reader that has gone costs lines of the log, not the service. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ fd: 1, sync: true, maxLength: BACKLOG });
  stream.on('error', () => {});
  // At the backlog's limit lines are dropped without another attempt to write.
  stream.on('drop', () => {
    try {
      stream.flushSync();
    } catch {
      // It still takes none.
    }
  });
  return stream;
}

/** The error without what libraries hang onto it: pg's carry the query's parameters in `detail`. */
function serialiseError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const cause = error.cause === undefined ? undefined : serialiseError(error.cause);
  return { type: error.name, message: withoutParameters(error), code, stack: frames(error), cause };
}

/** The stack alone: the lines above it repeat the message. */
function frames({ stack }: Error): string[] {
  return (stack?.split('\n') ?? []).filter((line) => /^\s+at /.test(line)).slice(0, 12);
}

/** knex puts the whole statement, with its values, in front of the reason. */
function withoutParameters({ message }: Error): string {
  const reason = message.lastIndexOf(' - ');
  return /^\s*(select|insert|update|delete|with)\b/i.test(message) && reason > 0
    ? message.slice(reason + 3)
    : message;
}

/**
 * One line for each request: what was called and how it went, never what was in it. Written when the answer is out, or
 * when the client has gone away before that.
 */
export function requestLogger(logger: Logger): RequestHandler {
  // Its fields are the ones below and no others, so looking for secrets in every line would be time wasted.
  const lines = logger.child({}, { redact: [] });
  return (request, response, next) => {
    const started = performance.now();
    // The router treats HEAD as GET.
    const { method } = request;
    response.once('close', () => {
      const level = levelOf(request, response);
      if (!lines.isLevelEnabled(level)) return;
      const { requestId, operationId, principal, trace } = response.locals as Locals;
      lines[level](
        {
          request_id: requestId,
          method,
          path: pathOf(request).slice(0, LONGEST_PATH),
          // Without a status the client went away before it had its answer.
          ...(response.writableFinished ? { status: response.statusCode } : { aborted: true }),
          ms: Math.round((performance.now() - started) * 10) / 10,
          operation: operationId,
          user: principal?.userId,
          ...trace,
        },
        'request',
      );
    });
    next();
  };
}

/** The cause of a 5xx was logged where it was turned into an answer. */
function levelOf(request: Request, response: Response): 'debug' | 'info' | 'warn' | 'error' {
  if (pathOf(request).startsWith('/health')) return 'debug';
  if (response.statusCode === 503) return 'warn';
  return response.statusCode >= 500 ? 'error' : 'info';
}

/** Without the query: a search text is nobody's business here. */
function pathOf(request: Request): string {
  return request.originalUrl.split('?')[0] ?? '';
}

interface Locals {
  readonly requestId: string;
  readonly operationId?: string;
  readonly principal?: { readonly userId: string };
  /** Of its span. */
  readonly trace?: object;
}
