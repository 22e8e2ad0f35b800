import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The same for every answer of the API. */
export const helmetHeaders = helmet({
  // Nothing that the API answers is a page; the docs page brings a policy of its own.
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
    },
  },
  strictTransportSecurity: { maxAge: 365 * 86_400, includeSubDomains: true },
  // Origins that CORS allows may read the API.
  crossOriginResourcePolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
});

/** Who asks, and whether the answer may be compressed. */
export const VARY = 'Authorization, Accept-Encoding';

export const securityHeaders: RequestHandler = (request, response, next) => {
  response.set('Cache-Control', cacheControl(request));
  response.vary(VARY);
  helmetHeaders(request, response, next);
};

/** Answers are the caller's own: no cache keeps them, though a client may revalidate what it has read. */
export function cacheControl({ method }: Pick<IncomingMessage, 'method'>): string {
  return method === 'GET' || method === 'HEAD' ? 'private, no-cache' : 'no-store';
}
