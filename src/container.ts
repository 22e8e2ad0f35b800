import { hkdfSync } from 'node:crypto';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Express, Router } from 'express';
import { createAudit } from './audit.ts';
import { createAccessTokens } from './auth/access-tokens.ts';
import { accountChanges, activeCredentials } from './auth/active-credentials.ts';
import { authHandlers } from './auth/auth.handlers.ts';
import { authService } from './auth/auth.service.ts';
import { notingUse } from './auth/credential-use.ts';
import { type CredentialKind, credentials, sessionCredentials } from './auth/credentials.ts';
import { externalIssuer } from './auth/external-issuer.ts';
import { externalTokens } from './auth/external-tokens.ts';
import { identitiesRepository } from './auth/identities.repository.ts';
import { identitiesService } from './auth/identities.service.ts';
import { issuerKeys } from './auth/issuer-keys.ts';
import { passwordChange } from './auth/password-change.ts';
import { passwordCheck } from './auth/password-check.ts';
import { createPasswords } from './auth/passwords.ts';
import { sessionsRepository } from './auth/sessions.repository.ts';
import { sessionsService } from './auth/sessions.service.ts';
import type { Config, ExternalIssuerConfig } from './config.ts';
import { createCursorCodec } from './contract/cursors.ts';
import {
  type ContractDocument,
  listScopes,
  loadDocument,
  scopesOf,
  tokenScopesOf,
} from './contract/document.ts';
import { createContractRouter } from './contract/router.ts';
import type { Handlers, Role, Scope } from './contract/types.ts';
import { createValidator } from './contract/validator.ts';
import { createTextCheck } from './contract/values.ts';
import type { Database } from './db/knex.ts';
import { exportHandlers } from './export/export.handlers.ts';
import { exportRepository } from './export/export.repository.ts';
import { exportService } from './export/export.service.ts';
import { healthHandlers } from './health/health.handlers.ts';
import { healthService } from './health/health.service.ts';
import { createApp } from './http/app.ts';
import { bearerAuth } from './http/bearer.ts';
import { docsRoutes } from './http/docs/routes.ts';
import type { Logger } from './http/logging.ts';
import { createMetrics, createMetricsServer } from './http/metrics.ts';
import { pendingHandlers, pendingMails } from './pending.ts';
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
  const changes = accountChanges();
  const active = activeCredentials(sessionRows.findAccountState, now, changes);
  const accessTokens = createAccessTokens({
    secret: config.jwtSecret,
    issuer: config.publicUrl,
    ttl: config.accessTokenTtl,
    now,
  });
  const sessions = sessionsService({
    database,
    users,
    sessions: sessionRows,
    active,
    accessTokens,
    successorKey: deriveKey(config.jwtSecret, 'refresh token successor'),
    refreshTokenTtl: config.refreshTokenTtl,
    sessionMaxAge: config.sessionMaxAge,
    mostSessions: document.components.schemas.SessionList.properties.items.maxItems,
    now,
  });
  const scopesByRole = { user: scopesOf(document, 'user'), admin: scopesOf(document, 'admin') };
  const scopesOfRole = (role: Role): readonly Scope[] => scopesByRole[role];
  const passwords = createPasswords({ cost: config.bcryptCost });
  const audit = createAudit(logger);
  const mails = pendingMails;
  const check = passwordCheck({ passwords, audit });
  const auth = authService({
    database,
    users,
    sessions,
    passwords,
    check,
    scopesOf: scopesOfRole,
    now,
  });
  const tokenRows = tokensRepository(database);
  const reportTokenUse = (error: unknown) => logger.warn({ err: error }, 'the use of a token was not noted');
  const activeTokens = activeCredentials(notingUse(tokenRows, reportTokenUse), now, changes);
  const tokenGrants = { user: tokenScopesOf(document, 'user'), admin: tokenScopesOf(document, 'admin') };
  const tokenScopes = (role: Role) => tokenGrants[role];
  const tokens = tokensService({
    database,
    users,
    tokens: tokenRows,
    active: activeTokens,
    scopesOf: tokenScopes,
    mostTokens: document.components.schemas.AccessTokenList.properties.items.maxItems,
    audit,
    now,
  });
  const profiles = usersService({ users, audit, now });
  const trust = (issuer: ExternalIssuerConfig): CredentialKind => {
    const identities = identitiesRepository(database);
    const timezone = document.components.schemas.UserRegister.properties.timezone.default;
    const keys = issuerKeys({
      url: issuer.jwksUrl,
      now,
      onFailure: (error) => logger.warn({ err: error }, 'the keys at AUTH_JWKS_URL can not be read'),
    });
    return externalIssuer({
      tokens: externalTokens({ ...issuer, keys, isText: createTextCheck(document), now }),
      identities: identitiesService({ database, identities, users, audit, ...issuer, timezone, now }),
      active: activeCredentials(identities.findAccountState, now, changes),
      catalogue: listScopes(document),
      scopesOf: scopesOfRole,
    });
  };
  const externalKinds = config.externalIssuer === undefined ? [] : [trust(config.externalIssuer)];
  const cursors = createCursorCodec(deriveKey(config.jwtSecret, 'list cursor'));

  const handlers = {
    ...authHandlers(auth, sessions),
    ...userHandlers(profiles),
    ...taskHandlers(tasksService({ tasks: tasksRepository(database), cursors, now })),
    ...pendingHandlers('verifyEmail', 'resendVerification', 'requestPasswordReset', 'resetPassword'),
    ...pendingHandlers('requestEmailChange'),
    ...accountHandlers({
      changePassword: passwordChange({ database, users, sessions, passwords, check, mails, audit }),
      deleteAccount: accountDeletion({ database, active }),
      audit,
      now,
    }),
    ...exportHandlers(
      exportService({
        users: profiles,
        listSessions: sessions.list,
        listTokens: tokens.list,
        rows: exportRepository(database),
        mostIdentities: document.components.schemas.DataExport.properties.identities.maxItems,
        audit,
        now,
      }),
    ),
    ...pendingHandlers('listSessions', 'revokeOtherSessions', 'revokeSession'),
    ...tokenHandlers(tokens),
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
  const validatorFor = await createValidator({
    document,
    securityHandlers: {
      bearerAuth: bearerAuth({
        authenticate: credentials([
          tokenCredentials({ tokens: tokenRows, active: activeTokens, scopesOf: tokenScopes, now }),
          ...externalKinds,
          sessionCredentials({ accessTokens, sessions: active }),
        ]),
      }),
    },
    responses: config.responseValidation,
    onInvalidResponse: (error, request) => {
      const operationId = String(request.res?.locals.operationId);
      metrics.countInvalidResponse(operationId);
      logger.error({ err: error, operation: operationId }, 'answer breaks the contract');
    },
  });
  const documents: Router[] = [docsRoutes({ document, source })];
  const app = createApp({
    config,
    document,
    logger,
    metrics: metrics.middleware,
    documents,
    operations: createContractRouter({ document, handlers, validatorFor }),
  });
  return { app, document, metricsServer: createMetricsServer(metrics.registry) };
}

/** Separate keys for separate purposes, all from the one secret (RFC 5869). */
function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}
