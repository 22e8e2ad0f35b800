import cors from 'cors';
import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Config } from '../config.ts';
import type { ContractDocument } from '../contract/document.ts';
import { compressLargeAnswers } from './compression.ts';
import { errorHandler, refuseUnknownPath } from './errors.ts';
import { exposedHeaders } from './exposed-headers.ts';
import { type Logger, requestLogger } from './logging.ts';
import { requestId } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppOptions {
  readonly config: Pick<Config, 'corsOrigins' | 'publicUrl' | 'trustProxy'>;
  readonly document: ContractDocument;
  readonly logger: Logger;
  /** Makes a span of each request, if somebody wants them. */
  readonly trace?: RequestHandler | undefined;
  readonly metrics: RequestHandler;
  /** The contract as a file, its docs page and its problem pages; the pages that links in mails lead to. */
  readonly documents: readonly Router[];
  /** The operations. */
  readonly operations: Router;
}

/** The order of middleware, and nothing else. */
export function createApp(options: AppOptions): Express {
  const { config, document, logger, trace, metrics, documents, operations } = options;
  const app = express();
  app.disable('x-powered-by');
  // Entity tags come from versions, not from hashing every body.
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxy);
  compressLargeAnswers(app);

  app.use(requestId(document));
  if (trace !== undefined) app.use(trace);
  app.use(requestLogger(logger));
  app.use(metrics);
  app.use(securityHeaders);
  if (config.corsOrigins.length > 0) app.use(allowOrigins(config.corsOrigins, document));
  app.use(...documents);
  app.use(operations);
  app.use(refuseUnknownPath);
  app.use(errorHandler({ document, publicUrl: config.publicUrl, logger }));
  return app;
}

/** Lets front ends of these origins, and no others, call the API. */
function allowOrigins(origins: readonly string[], document: ContractDocument): RequestHandler {
  return cors({
    origin: [...origins],
    credentials: true,
    exposedHeaders: exposedHeaders(document),
    maxAge: 600,
    // The operations answer OPTIONS themselves, with the methods that the path really has.
    preflightContinue: true,
  });
}
