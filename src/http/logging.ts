import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';

export type { Logger };

/** Paths of fields that are never written, wherever an error or a library puts them. */
const SECRETS = ['password', 'access_token', 'refresh_token', 'authorization', 'cookie', 'connectionString'];
/** Bytes of lines that wait while standard output takes none. */
const BACKLOG = 1_000_000;

/** Writes one line of JSON for each entry, to standard output unless told otherwise. */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      // No host name or process id: whoever collects the logs knows.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: { err: serialiseError },
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

/** One line for each request: what was called and how it went, never what was in it. */
export function requestLogger(logger: Logger): RequestHandler {
  const log = pinoHttp<IncomingMessage, ServerResponse, never>({
    logger,
    genReqId: (_request, response) => String(response.getHeader('X-Request-Id')),
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'request_id' },
    customSuccessObject: describe,
    // The cause of a 5xx was logged where it was turned into an answer.
    customErrorObject: (request, response, _error, values) => describe(request, response, values),
    customLogLevel: (request, response) => {
      if (pathOf(request).startsWith('/health')) return 'debug';
      if (response.statusCode >= 500) return response.statusCode === 503 ? 'warn' : 'error';
      return 'info';
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    serializers: { req: () => undefined, res: () => undefined },
  });
  return (request, response, next) => {
    // The router treats HEAD as GET.
    response.locals.method = request.method;
    log(request, response, next);
  };
}

function describe(
  request: IncomingMessage,
  response: ServerResponse,
  values: { responseTime?: number },
): object {
  const { method, operationId, principal } = (response as Response).locals as Locals;
  const answered = response.writableFinished;
  return {
    method,
    path: pathOf(request).slice(0, 200),
    // The client went away before it had its answer.
    ...(answered ? { status: response.statusCode } : { aborted: true }),
    ms: values.responseTime,
    operation: operationId,
    user: principal?.userId,
  };
}

/** Without the query: a search text is nobody's business here. */
function pathOf(request: IncomingMessage): string {
  return (request as Request).originalUrl.split('?')[0] ?? '';
}

interface Locals {
  readonly method: string;
  readonly operationId?: string;
  readonly principal?: { readonly userId: string };
}
