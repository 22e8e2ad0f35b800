import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Express, Router } from 'express';
import { createAudit, recordDenials } from './audit.ts';
import { createAccessTokens } from './auth/access-tokens.ts';
import { actionTokens } from './auth/action-tokens.ts';
import { activeCredentials } from './auth/active-credentials.ts';
import { authHandlers } from './auth/auth.handlers.ts';
import { authService } from './auth/auth.service.ts';
import { credentials } from './auth/credentials.ts';
import { loginThrottle } from './auth/login-throttle.ts';
import { createPasswords } from './auth/passwords.ts';
import { recoveryHandlers } from './auth/recovery.handlers.ts';
import { recoveryService } from './auth/recovery.service.ts';
import { tokenRotation } from './auth/rotation.ts';
import { notingUse } from './auth/session-use.ts';
import { sessionHandlers } from './auth/sessions.handlers.ts';
import { sessionsRepository } from './auth/sessions.repository.ts';
import { sessionsService } from './auth/sessions.service.ts';
import { tokenTransports } from './auth/token-transport.ts';
import type { Config } from './config.ts';
import { createCursorCodec } from './contract/cursors.ts';
import {
  type ContractDocument,
  listScopes,
  loadDocument,
  scopesOf,
  tokenScopesOf,
} from './contract/document.ts';
import { createContractRouter } from './contract/router.ts';
import type { Handlers, Role } from './contract/types.ts';
import { createValidator } from './contract/validator.ts';
import { createTextCheck } from './contract/values.ts';
import type { Database } from './db/knex.ts';
import { exportHandlers } from './export/export.handlers.ts';
import { exportRepository } from './export/export.repository.ts';
import { exportService } from './export/export.service.ts';
import { healthHandlers } from './health/health.handlers.ts';
import { healthService } from './health/health.service.ts';
import { accountRoutes } from './http/account/routes.ts';
import { createApp } from './http/app.ts';
import { bearerAuth } from './http/bearer.ts';
import { docsRoutes } from './http/docs/routes.ts';
import type { Logger } from './http/logging.ts';
import { createMetrics, createMetricsServer } from './http/metrics.ts';
import { rateLimits } from './http/rate-limit.ts';
import { housekeepingJob } from './jobs/housekeeping.ts';
import type { Job } from './jobs/job.ts';
import { jobQueue } from './jobs/queue.ts';
import { type JobWorker, jobWorker } from './jobs/worker.ts';
import { deriveKeys, secretsOf } from './keys.ts';
import type { Counters } from './limits/counters.ts';
import { databaseCounters, memoryCounters, redisCounters, uncounted } from './limits/stores.ts';
import type { AccountMails } from './mail/account-mails.ts';
import { mailJob } from './mail/mail-job.ts';
import { createMailer } from './mail/mailer.ts';
import { queuedMails } from './mail/queued-mails.ts';
import { pendingHandlers } from './pending.ts';
import { taskHandlers } from './tasks/tasks.handlers.ts';
import { tasksRepository } from './tasks/tasks.repository.ts';
import { tasksService } from './tasks/tasks.service.ts';
import { tokenCredentials } from './tokens/token-credentials.ts';
import { tokenHandlers } from './tokens/tokens.handlers.ts';
import { tokensRepository } from './tokens/tokens.repository.ts';
import { tokensService } from './tokens/tokens.service.ts';
import { accountHandlers } from './users/account.handlers.ts';
import { accountDeletion } from './users/account-deletion.ts';
import { userHandlers } from './users/users.handlers.ts';
import { usersRepository } from './users/users.repository.ts';
import { usersService } from './users/users.service.ts';

export interface ContainerOptions {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly isDraining: () => boolean;
  /** The clock; tests bring their own. */
  readonly now?: () => Date;
}

export interface Container {
  readonly app: Express;
  readonly document: ContractDocument;
  readonly metricsServer: Server;
  /** Lets go of what the container holds besides the database. */
  close(): Promise<void>;
  /** Does what requests leave for later. Not started yet. */
  readonly worker: JobWorker;
  readonly mails: AccountMails;
}

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** The only place where things are put together. Compiles the contract, so it takes a moment; opens no listener. */
export async function createContainer({
  config,
  database,
  logger,
  isDraining,
  now = () => new Date(),
}: ContainerOptions): Promise<Container> {
  const { document, source } = loadDocument();
  const users = usersRepository(database);
  const sessionRows = sessionsRepository(database);
  const audit = createAudit(logger);
  const secrets = secretsOf(config);
  const grants = { user: scopesOf(document, 'user'), admin: scopesOf(document, 'admin') };
  const scopesByRole = (role: Role) => grants[role];
  const reportUse = (error: unknown) => logger.warn({ err: error }, 'the use of a session was not noted');
  const active = activeCredentials(notingUse(sessionRows, reportUse), now);
  const accessTokens = createAccessTokens({
    secrets,
    issuer: config.publicUrl,
    ttl: config.accessTokenTtl,
    now,
  });
  const sessions = sessionsService({
    database,
    users,
    sessions: sessionRows,
    rotation: tokenRotation({
      database,
      sessions: sessionRows,
      successorKeys: deriveKeys(secrets, 'refresh token successor'),
      refreshTokenTtl: config.refreshTokenTtl,
      now,
    }),
    active,
    accessTokens,
    scopesOf: scopesByRole,
    sessionMaxAge: config.sessionMaxAge,
    mostSessions: document.components.schemas.SessionList.properties.items.maxItems,
    audit,
    now,
  });
  const scopesByRole = { user: scopesOf(document, 'user'), admin: scopesOf(document, 'admin') };
  const scopesOfRole = (role: Role): readonly Scope[] => scopesByRole[role];
  const passwords = createPasswords({ cost: config.bcryptCost });
  const counters = await createCounters(config, database, logger);
  const tokens = actionTokens({ users, key: deriveKeys(secrets, 'action token')[0], now });
  const mailer = createMailer(config, logger);
  const mailing = mailJob({ database, users, tokens, mailer, origin: config.mail.linkOrigin, logger });
  const queue = jobQueue(database);
  const mails = queuedMails(queue, mailing, tokens);
  const jobs = [mailing as Job, housekeepingJob(database, now)];
  const auth = authService({
    database,
    users,
    sessions,
    passwords,
    throttle: loginThrottle({ counters, audit }),
    mails,
    scopesOf: scopesByRole,
    audit,
    now,
  });
  const recovery = recoveryService({
    database,
    users,
    sessions,
    active,
    passwords,
    tokens,
    mails,
    audit,
    now,
  });
  const cursors = createCursorCodec(deriveKeys(secrets, 'list cursor'));

  const handlers = {
    ...authHandlers(auth, sessions, tokenTransports([config.publicUrl, ...config.corsOrigins])),
    ...sessionHandlers(sessions),
    ...recoveryHandlers(recovery),
    ...userHandlers(usersService({ users, now })),
    ...taskHandlers(tasksService({ tasks: tasksRepository(database), cursors, now })),
    ...pendingHandlers('changePassword', 'deleteMe', 'exportMyData'),
    ...pendingHandlers('listAccessTokens', 'createAccessToken', 'revokeAccessToken'),
    ...pendingHandlers(
      'adminListUsers',
      'adminCreateUser',
      'adminGetUser',
      'adminUpdateUser',
      'adminDeleteUser',
    ),
    ...pendingHandlers('adminRevokeSessions', 'adminGetStats'),
    ...healthHandlers(healthService({ database, version, isDraining })),
  } satisfies Handlers;

  const metrics = createMetrics();
  metrics.watchPool(database);
  metrics.watchJobs(queue.count);
  const validatorFor = await createValidator({
    document,
    securityHandlers: {
      bearerAuth: bearerAuth({
        authenticate: credentials({ accessTokens, sessions: active }),
        unverifiedScopes: config.requireEmailVerification
          ? document.components.securitySchemes.bearerAuth['x-unverified-scopes']
          : undefined,
        onDenied: recordDenials(audit),
      }),
    },
    responses: config.responseValidation,
    onInvalidResponse: (error, request) => {
      const operationId = String(request.res?.locals.operationId);
      metrics.countInvalidResponse(operationId);
      logger.error({ err: error, operation: operationId }, 'answer breaks the contract');
    },
  });
  const documents: Router[] = [docsRoutes({ document, source }), accountRoutes(document)];
  const limitsFor = config.rateLimit.on
    ? rateLimits({
        document,
        counters,
        scale: config.rateLimit.scale,
        onAway: () => metrics.countUncounted(),
      })
    : undefined;
  const app = createApp({
    config,
    document,
    logger,
    metrics: metrics.middleware,
    documents,
    operations: createContractRouter({ document, handlers, validatorFor, limitsFor }),
  });
  return {
    app,
    document,
    metricsServer: createMetricsServer(metrics.registry),
    mails,
    worker: jobWorker({ database, jobs, logger, onAttempt: metrics.countJobAttempt }),
    close: () => counters.close(),
  };
}

async function createCounters(config: Config, database: Database, logger: Logger): Promise<Counters> {
  const { on, store, redisUrl } = config.rateLimit;
  if (!on) return uncounted;
  if (redisUrl !== undefined) {
    return redisCounters(redisUrl, (error) => logger.warn({ err: error }, 'Redis is away'));
  }
  return store === 'database' ? databaseCounters(database, config.database.prepare) : memoryCounters();
}
