import type { Server } from 'node:http';
import type { Express } from 'express';
import { createAudit, recordDenials } from './audit.ts';
import type { Config } from './config.ts';
import { composeAccounts } from './container/accounts.ts';
import { composeCounters } from './container/counters.ts';
import { composeCredentials } from './container/credentials.ts';
import type { Ground } from './container/ground.ts';
import { composeGroups } from './container/groups.ts';
import { composeMailing } from './container/mailing.ts';
import { composeTasks } from './container/tasks.ts';
import { createCursorCodec } from './contract/cursors.ts';
import { type ContractDocument, loadDocument } from './contract/document.ts';
import { createContractRouter } from './contract/router.ts';
import type { Handlers } from './contract/types.ts';
import { createValidator } from './contract/validator.ts';
import type { Database } from './db/knex.ts';
import { healthHandlers } from './health/health.handlers.ts';
import { healthService } from './health/health.service.ts';
import { accountRoutes } from './http/account/routes.ts';
import { createApp } from './http/app.ts';
import { bearerAuth } from './http/bearer.ts';
import { compressAnswer } from './http/compression.ts';
import { docsRoutes } from './http/docs/routes.ts';
import type { Logger } from './http/logging.ts';
import { createMetrics, createMetricsServer } from './http/metrics.ts';
import { type OverloadGuard, overloadGuard } from './http/overload.ts';
import { rateLimits } from './http/rate-limit.ts';
import { createOnce } from './idempotency/once.ts';
import { type JobWorker, jobWorker } from './jobs/worker.ts';
import { deriveKeys, secretsOf } from './keys.ts';
import type { AccountMails } from './mail/account-mails.ts';
import type { Tracing } from './tracing/tracing.ts';
import { usersRepository } from './users/users.repository.ts';
import { version } from './version.ts';

export interface ContainerOptions {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly isDraining: () => boolean;
  /** The clock; tests bring their own. */
  readonly now?: () => Date;
  /** What makes spans, if somebody wants them. */
  readonly tracing?: Tracing | undefined;
  /** Milliseconds that refusals are held back; tests are in a hurry. */
  readonly refusalDelay?: number | undefined;
}

export interface Container {
  readonly app: Express;
  /** Stands before the app. */
  readonly refuseSurplus: OverloadGuard;
  readonly document: ContractDocument;
  readonly metricsServer: Server;
  /** Does what requests leave for later. Not started yet. */
  readonly worker: JobWorker;
  readonly mails: AccountMails;
  /** Invites the first admin, if one is named and there is none. */
  readonly inviteFirstAdmin: () => Promise<void>;
  /** Lets go of what the container holds besides the database. */
  close(): Promise<void>;
}

/**
 * With the parts in `container/`, the only place where things are put together. Compiles the contract, so it takes a moment;
 * opens no listener.
 */
export async function createContainer({
  config,
  database,
  logger,
  isDraining,
  now = () => new Date(),
  tracing,
  refusalDelay,
}: ContainerOptions): Promise<Container> {
  const { document, source } = loadDocument();
  const ground: Ground = {
    config,
    database,
    logger,
    document,
    secrets: secretsOf(config),
    counters: await composeCounters(config, database, logger),
    audit: createAudit(logger),
    users: usersRepository(database),
    now,
    tracing,
  };
  tracing?.watchStatements(database);
  const credentials = composeCredentials(ground);
  const mailing = composeMailing(ground);
  const accounts = composeAccounts(ground, credentials, mailing);
  const cursors = createCursorCodec(deriveKeys(ground.secrets, 'list cursor'));
  const once = createOnce({ database, hours: document['x-idempotency-hours'], now });
  const handlers = {
    ...accounts.handlers,
    ...composeTasks(ground, once, cursors),
    ...composeGroups(ground, once, cursors),
    ...healthHandlers(healthService({ database, version, isDraining })),
  } satisfies Handlers;

  const metrics = createMetrics();
  metrics.watchPool(database);
  metrics.watchJobs(mailing.queue.count);
  const { 'x-unverified-scopes': unverifiedScopes } = document.components.securitySchemes.bearerAuth;
  const validatorFor = await createValidator({
    document,
    securityHandlers: {
      bearerAuth: bearerAuth({
        authenticate: credentials.authenticate,
        unverifiedScopes: config.requireEmailVerification ? unverifiedScopes : undefined,
        onDenied: recordDenials(ground.audit),
      }),
    },
    responses: config.responseValidation,
    onInvalidResponse: (error, request) => {
      const operationId = String(request.res?.locals.operationId);
      metrics.countInvalidResponse(operationId);
      logger.error({ err: error, operation: operationId }, 'answer breaks the contract');
    },
  });
  const { on, scale } = config.rateLimit;
  const limit = { document, counters: ground.counters, scale, onAway: metrics.countUncounted, refusalDelay };
  const app = createApp({
    config,
    document,
    logger,
    trace: tracing?.requests(document),
    metrics: metrics.middleware,
    documents: [docsRoutes({ document, source }), accountRoutes(document)],
    operations: createContractRouter({
      document,
      handlers,
      validatorFor,
      limitsFor: on ? rateLimits(limit) : undefined,
      prepareStream: compressAnswer,
    }),
  });
  return {
    app,
    refuseSurplus: overloadGuard({
      document,
      publicUrl: config.publicUrl,
      corsOrigins: config.corsOrigins,
      logger,
      waiting: () => database.client.pool.numPendingAcquires(),
      onRefused: metrics.countRefused,
    }),
    document,
    metricsServer: createMetricsServer(metrics.registry),
    worker: jobWorker({
      database,
      jobs: mailing.jobs,
      logger,
      onAttempt: metrics.countJobAttempt,
      trace: tracing?.jobs,
    }),
    mails: mailing.mails,
    inviteFirstAdmin: accounts.inviteFirstAdmin,
    close: () => ground.counters.close(),
  };
}
