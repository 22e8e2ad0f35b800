import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import cors from 'cors';
import express, { type Express, type RequestHandler, Router } from 'express';
import { type ContractDocument, listScopes } from '../../src/contract/document.ts';
import { createContractRouter } from '../../src/contract/router.ts';
import { createValidator, type SecurityHandler } from '../../src/contract/validator.ts';
import { createApp } from '../../src/http/app.ts';
import { bearerAuth } from '../../src/http/bearer.ts';
import { docsRoutes } from '../../src/http/docs/routes.ts';
import { exposedHeaders } from '../../src/http/exposed-headers.ts';
import { createLogger, type Logger } from '../../src/http/logging.ts';
import { openContract } from './contract.ts';
import { createGenerator } from './generator.ts';
import { mockHandlers } from './handlers.ts';
import { type Latency, MockError, type MockOptions } from './options.ts';
import { answerDocumentedProblems } from './problems.ts';

export interface Mock {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Addresses in answers are relative, so they hold under whatever name the mock is reached. */
const PUBLIC_URL = '';

/**
 * Starts the mock: the server's own application, with handlers that are made from the contract.
 *
 * @throws MockError when the contract or the address can't be used
 */
export async function startMock(options: MockOptions): Promise<Mock> {
  const { document, source } = openContract(options.contract);
  const app = await createMockApp(document, source, options).catch((error: Error) => {
    throw new MockError(`The contract ${options.contract} is not valid: ${error.message}`, { cause: error });
  });
  const server = createServer(app);
  server.listen(options.port, options.host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new MockError(explainListen(error, options), { cause: error });
  });
  return {
    url: toUrl(server.address() as AddressInfo),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toUrl({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function createMockApp(
  document: ContractDocument,
  source: string,
  { dynamic, seed, quiet, latency }: MockOptions,
): Promise<Express> {
  const logger = createLogger(quiet ? 'silent' : 'info');
  const generate = createGenerator(document, seed);
  const operations = Router();
  operations.use(
    createContractRouter({
      document,
      handlers: mockHandlers({ document, generate, dynamic }),
      validatorFor: await createMockValidator(document, logger),
    }),
    answerDocumentedProblems(document, PUBLIC_URL),
  );
  const server = createApp({
    config: { corsOrigins: [], publicUrl: PUBLIC_URL, trustProxy: false },
    document,
    logger,
    metrics: (_request, _response, next) => next(),
    documents: [docsRoutes({ document, source })],
    operations,
  });
  const app = express();
  app.disable('x-powered-by');
  app.use(allowAnyOrigin(document), delay(latency), server);
  return app;
}

/** Answers are checked like the server's: an example that breaks its own schema is a fault to be seen, not to be built on. */
function createMockValidator(document: ContractDocument, logger: Logger) {
  const schemes = Object.keys(document.components.securitySchemes);
  return createValidator({
    document,
    securityHandlers: Object.fromEntries(schemes.map((scheme) => [scheme, anyBearer(document)])),
    responses: 'strict',
    onInvalidResponse: (error) => logger.error({ err: error }, 'answer breaks the contract'),
  });
}

/** The server's own check of the header; whatever token is in it may do everything. */
function anyBearer(document: ContractDocument): SecurityHandler {
  const principal = { userId: 'anybody', sessionId: 'any', scopes: listScopes(document), authenticatedAt: 0 };
  return (request, policy) => {
    const account = { role: policy.role ?? 'user', emailVerified: true };
    return bearerAuth({ authenticate: async () => ({ principal, account }) })(request, policy);
  };
}

/** Any front end may call a mock: there is nothing here that could be stolen. The server itself answers OPTIONS. */
function allowAnyOrigin(document: ContractDocument): RequestHandler {
  return cors({
    origin: true,
    credentials: true,
    exposedHeaders: exposedHeaders(document),
    preflightContinue: true,
  });
}

function delay({ least, most }: Latency): RequestHandler {
  return (_request, _response, next) => {
    if (most === 0) next();
    else setTimeout(next, least + Math.random() * (most - least));
  };
}

function explainListen({ code }: NodeJS.ErrnoException, { host, port }: MockOptions): string {
  if (code === 'EADDRINUSE')
    return `${host}:${port} is in use. Choose another port with --port, or 0 for a free one.`;
  return `It may not listen on ${host}:${port} (${code}). Choose with --host and --port.`;
}
