import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import type { StatusCheck } from './answers.ts';
import { bodyParsers, normaliseContentType } from './body.ts';
import { readCookies } from './cookies.ts';
import { type ContractDocument, listOperations, type Operation } from './document.ts';
import { requirePolicies } from './policies.ts';
import { guardText } from './text-guard.ts';
import type { Handlers } from './types.ts';
import type { OperationValidator } from './validator.ts';

/** The path is in the contract, the method is not. */
export class MethodNotAllowedError extends Error {
  /** Value of the `Allow` header. */
  readonly allow: string;
  constructor(allow: string) {
    super('This path does not take that method.');
    this.allow = allow;
  }
}

export interface ContractRouterOptions {
  readonly document: ContractDocument;
  readonly handlers: Handlers;
  readonly validatorFor: (operation: Operation) => OperationValidator;
  /** How often an operation may be called; without it, as often as anybody likes. */
  readonly limitsFor?: ((operation: Operation) => OperationLimits) | undefined;
  /** Called before an answer is sent piece by piece. */
  readonly prepareStream?: (response: Response) => void;
}

/** What counts the requests of an operation, and refuses those that are too many. */
export interface OperationLimits {
  /** Before anything is done. */
  readonly admit?: RequestHandler;
  /** Before it is known who asks. */
  readonly address?: RequestHandler;
  /** Once it is known who asks. */
  readonly caller?: RequestHandler;
  /** When it could not be found out who asks. */
  readonly refused?: ErrorRequestHandler;
  /** When the request failed, for whatever reason. */
  readonly failed?: ErrorRequestHandler;
}

/**
 * Builds the routes from the contract: for each operation the validator's parts in their safe order, then the handler.
 * Answers carry `res.locals.operationId`.
 *
 * @throws Error when an operation has no policy or no handler, or a handler no operation
 */
export function createContractRouter({
  document,
  handlers,
  validatorFor,
  limitsFor = () => ({}),
  prepareStream = () => {},
}: ContractRouterOptions): Router {
  requirePolicies(document);
  const operations = listOperations(document);
  requireParity(operations, handlers);
  const router = Router({ caseSensitive: true, strict: true });
  for (const path of mostConcreteFirst(Object.keys(document.paths))) {
    const own = operations.filter((operation) => operation.path === path);
    // One for all methods: every request is compared with each route, until one is its own.
    const route = router.route(toExpressPath(path));
    for (const operation of own) {
      const validator = validatorFor(operation);
      const limits = limitsFor(operation);
      route[operation.method](
        announce(operation),
        ...present(limits.admit),
        normaliseContentType(operation),
        validator.identify,
        validator.responses,
        ...present(limits.address),
        validator.security,
        ...present(limits.refused),
        ...present(limits.caller),
        ...bodyParsers(operation),
        readCookies(operation),
        guardText,
        validator.requests,
        adapt(handlers[operation.id], validator.checkStatus, prepareStream),
        ...present(limits.failed),
      );
    }
    route.all(refuseMethod(own.map(({ method }) => method)));
  }
  return router;
}

/** `/tasks/stats` before `/tasks/{task_id}`, wherever they stand (OpenAPI 3.1, "Path Templating Matching"). */
function mostConcreteFirst(paths: readonly string[]): string[] {
  const parameters = (path: string): number => path.split('{').length;
  return paths.toSorted((one, other) => parameters(one) - parameters(other));
}

function present<T>(handler: T | undefined): T[] {
  return handler === undefined ? [] : [handler];
}

function requireParity(operations: readonly Operation[], handlers: Handlers): void {
  const wanted = new Set<string>(operations.map((operation) => operation.id));
  const given = new Set(Object.keys(handlers));
  const missing = [...wanted].filter((id) => !given.has(id));
  const extra = [...given].filter((id) => !wanted.has(id));
  if (missing.length > 0) throw new Error(`No handler for ${missing.join(', ')}`);
  if (extra.length > 0) throw new Error(`No operation in the contract for the handler ${extra.join(', ')}`);
}

function toExpressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function announce(operation: Operation): RequestHandler {
  return (request, response, next) => {
    response.locals.operationId = operation.id;
    // Express routes HEAD to GET, and Node sends no body to it; for the validator the two are one operation.
    response.locals.isHead = request.method === 'HEAD';
    if (request.method === 'HEAD') request.method = 'GET';
    // Whether a client's copy is still good is the handler's decision; Express would decide by itself.
    Object.defineProperty(request, 'fresh', { value: false });
    next();
  };
}

function refuseMethod(methods: readonly string[]): RequestHandler {
  const head = methods.includes('get') ? ['HEAD'] : [];
  const allow = [...methods.map((method) => method.toUpperCase()), ...head, 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method !== 'OPTIONS') throw new MethodNotAllowedError(allow);
    response.set('Allow', allow).status(204).end();
  };
}

/** What every handler is, once its own types are left behind. */
type AnyHandler = (input: never) => Promise<AnyReply>;
interface AnyReply {
  readonly status: number;
  readonly headers?: object | undefined;
  readonly body?: unknown;
  readonly stream?: AsyncIterable<string>;
}

/** Milliseconds that a client may take for an answer of any length. Who stands still is cut off earlier. */
const LONGEST_STREAM = 600_000;

/** Reads no faster than the client does. A failure cuts the connection, so that nobody takes a part for the whole. */
async function sendStream(stream: AsyncIterable<string>, response: Response): Promise<void> {
  if (response.locals.isHead === true) {
    await stream[Symbol.asyncIterator]().return?.();
    response.end();
    return;
  }
  // Those who watch every answer, and the pipeline's own.
  response.setMaxListeners(20);
  try {
    await pipeline(Readable.from(stream), response, { signal: AbortSignal.timeout(LONGEST_STREAM) });
  } catch (error) {
    // The client has gone away, which is its right; the log of requests tells.
    if (!isPrematureClose(error)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The one place where Express's untyped request becomes typed input; the validator has just checked it. */
function adapt(
  handler: AnyHandler,
  checkStatus: StatusCheck,
  prepareStream: (response: Response) => void,
): RequestHandler {
  return async (request, response) => {
    const input = {
      path: request.params,
      query: request.query,
      headers: request.headers,
      cookies: request.cookies as unknown,
      body: request.body as unknown,
      principal: response.locals.principal as unknown,
      client: {
        ip: request.ip ?? null,
        userAgent: request.get('user-agent') ?? null,
        origin: request.get('origin') ?? null,
      },
      url: request.originalUrl,
      requestId: String(response.locals.requestId),
    };
    const reply = await handler(input as never);
    response.status(reply.status);
    if (reply.headers !== undefined) response.set(reply.headers);
    if ('body' in reply) response.json(reply.body);
    else if (reply.stream !== undefined) {
      checkStatus(request, reply.status, true);
      prepareStream(response.type('application/json'));
      await sendStream(reply.stream, response);
    } else {
      checkStatus(request, reply.status, false);
      response.end();
    }
  };
}
