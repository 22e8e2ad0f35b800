import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express } from 'express';
import type { ContractDocument } from '../contract/document.ts';
import type { Logger } from './logging.ts';
import type { OverloadGuard } from './overload.ts';
import { completeProblem, type ProblemDraft } from './problem.ts';

/** Milliseconds, bytes and counts that bound what a client can hold up. */
export interface ServerLimits {
  /** Time for the request line and the headers to arrive. */
  readonly headers: number;
  /** Time for the whole request to arrive. */
  readonly request: number;
  /** How often the two are checked; Node's own 30 s would make them meaningless. */
  readonly checkEvery: number;
  /** How long a connection may stand still with a request or an answer on its way. */
  readonly stalled: number;
  /** How long an idle connection is kept. */
  readonly keepAlive: number;
  /** How long a client gets to take its last answer, or to hear that the connection is about to close. */
  readonly linger: number;
  /** When the server stops: time for the open requests to finish. */
  readonly drain: number;
  readonly headerBytes: number;
  readonly connections: number;
}

export const SERVER_LIMITS: ServerLimits = {
  headers: 10_000,
  request: 20_000,
  checkEvery: 1_000,
  stalled: 30_000,
  keepAlive: 65_000,
  linger: 1_000,
  drain: 10_000,
  headerBytes: 16_384,
  connections: 10_000,
};

export interface HttpServer {
  readonly server: Server;
  isDraining(): boolean;
  /**
   * Stops gently: readiness turns off and answers close their connections, then nothing new is accepted, what is under
   * way is finished, and at the deadline whatever is left is cut.
   *
   * @param delay seconds between the first and the second step, for a load balancer to notice
   */
  close(delay: number): Promise<void>;
}

export interface HttpServerOptions {
  readonly app: Express;
  /** Asked before the app. */
  readonly refuseSurplus: OverloadGuard;
  readonly document: ContractDocument;
  readonly publicUrl: string;
  readonly logger: Pick<Logger, 'info'>;
  readonly limits?: ServerLimits;
}

/** An HTTP server around the app, with limits for clients that are slow, broken or hostile, and an orderly end. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { app, refuseSurplus, document, publicUrl, logger, limits = SERVER_LIMITS } = options;
  const sockets = new Set<Socket>();
  /** Answers that are not out, or whose request is not in. */
  const open = new Set<ServerResponse>();
  let draining = false;

  const server = createServer({
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.checkEvery,
    keepAliveTimeout: limits.keepAlive,
    maxHeaderSize: limits.headerBytes,
    // Node's own refusal has no body.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  server.timeout = limits.stalled;

  /** Answers on the bare connection, and ends it for good: a client that never closes its side would keep it. */
  const refuse = (socket: Socket, draft: ProblemDraft): void => {
    const { requestId, status, text } = rawProblem(draft, document, publicUrl);
    logger.info({ request_id: requestId, status, code: draft.code }, 'connection refused');
    // What still arrives must not complete a request that has been refused.
    socket.pause();
    socket.end(text);
    setTimeout(() => socket.destroy(), limits.linger).unref();
  };

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    track(request, response);
    if (draining) response.shouldKeepAlive = false;
    const needsHost = request.httpVersion === '1.1' && request.headers.host === undefined;
    if (needsHost)
      refuse(request.socket, { code: 'malformed_request', detail: 'The Host header is missing.' });
    else if (!refuseSurplus(request, response)) app(request, response);
  });
  // An expectation that nobody knows may be ignored (RFC 9110 section 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const answering = [...open].some((response) => response.req.socket === socket && response.headersSent);
    // To one that has sent nothing an answer would come out of the blue: it may take it for that to its first request.
    const silent = socket.bytesRead === 0;
    if (answering || silent || error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuse(socket, draftClientError(error));
  });

  const track = (request: IncomingMessage, response: ServerResponse): void => {
    open.add(response);
    response.once('close', () => {
      if (request.complete) {
        open.delete(response);
        return;
      }
      // Answered early, for example because the body is too large: the rest is thrown away, but not for ever.
      setTimeout(() => {
        open.delete(response);
        if (!request.complete) request.socket.destroy();
      }, limits.linger).unref();
    });
  };

  return {
    server,
    isDraining: () => draining,
    close: async (delay) => {
      draining = true;
      for (const response of open) response.shouldKeepAlive = false;
      await sleep(delay * 1000);
      // http.Server's own close() would cut idle connections at once, maybe with a request on its way.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const deadline = setTimeout(() => server.closeAllConnections(), limits.drain);
      await Promise.race([closed, sleep(limits.linger)]);
      const idle = setInterval(() => closeIdle(server, sockets), 100);
      await closed;
      clearInterval(idle);
      clearTimeout(deadline);
      // Ends its checks of the timeouts as well.
      server.close();
    },
  };
}

/** @returns the port that was opened. @throws Error of the system when the address can't be listened on */
export function listen(server: NetServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Node counts a connection that has sent nothing yet as busy; browsers open such ones ahead of need. */
function closeIdle(server: Server, sockets: Iterable<Socket>): void {
  server.closeIdleConnections();
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}

/** What Node's parser refuses never becomes a request. */
function draftClientError(error: NodeJS.ErrnoException): ProblemDraft {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request_timeout', detail: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'request_header_too_large', detail: 'The headers are larger than the server takes.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        code: 'payload_too_large',
        detail: 'The extensions of a chunk are larger than the server takes.',
      };
    default:
      return { code: 'malformed_request', detail: 'The request is not valid HTTP.' };
  }
}

interface RawProblem {
  readonly requestId: string;
  readonly status: number;
  /** The whole answer, as it goes over the wire. */
  readonly text: string;
}

function rawProblem(draft: ProblemDraft, document: ContractDocument, publicUrl: string): RawProblem {
  const requestId = randomUUID();
  const problem = completeProblem(draft, { document, publicUrl, requestId, path: '/' });
  const body = JSON.stringify(problem);
  const text = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
  return { requestId, status: problem.status, text };
}
