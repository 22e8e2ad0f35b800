import type { RequestHandler } from 'express';
import { type ContractDocument, listOperations } from '../contract/document.ts';
import { fieldsOf, markFailed, SpanKind, type Spans } from './spans.ts';

/**
 * A span for each request, named by the route of its operation, below the one that `traceparent` names. It holds nothing
 * that says whose request it was: no path, query, address or account. The request id leads to the log, which knows.
 */
export function traceRequests(spans: Spans, document: ContractDocument): RequestHandler {
  const routes = new Map<string, string>(listOperations(document).map(({ id, path }) => [id, path]));
  return (request, response, next) => {
    // Probes come every few seconds, and tell nothing that the metrics do not.
    if (request.path.startsWith('/health')) {
      next();
      return;
    }
    // The router treats HEAD as GET.
    const { method } = request;
    const attributes = {
      'http.request.method': method,
      'url.scheme': request.protocol,
      'network.protocol.version': request.httpVersion,
      'taskpact.request_id': String(response.locals.requestId),
    };
    const span = spans.start(method, SpanKind.SERVER, attributes, spans.comesFrom(request.headers));
    response.locals.trace = fieldsOf(span);
    response.once('close', () => {
      const { operationId, problemCode } = response.locals as Locals;
      const route = operationId && routes.get(operationId);
      if (route !== undefined) {
        span.updateName(`${method} ${route}`);
        span.setAttributes({ 'http.route': route, 'taskpact.operation_id': operationId });
      }
      if (problemCode !== undefined) span.setAttribute('taskpact.problem', problemCode);
      if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode);
      // The client has gone away, or the connection was cut in the middle of an answer.
      if (!response.writableFinished) markFailed(span, 'aborted');
      else if (response.statusCode >= 500) markFailed(span, problemCode ?? String(response.statusCode));
      span.end();
    });
    spans.within(span, next);
  };
}

interface Locals {
  readonly operationId?: string;
  readonly problemCode?: string;
}
