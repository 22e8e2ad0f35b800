import { createAccessTokens } from '../auth/access-tokens.ts';
import { type AccountChanges, accountChanges, activeCredentials } from '../auth/active-credentials.ts';
import { notingUse, type UsedCredentials } from '../auth/credential-use.ts';
import { type CredentialKind, credentials, sessionCredentials } from '../auth/credentials.ts';
import { externalIssuer } from '../auth/external-issuer.ts';
import { externalTokens } from '../auth/external-tokens.ts';
import { identitiesRepository } from '../auth/identities.repository.ts';
import { identitiesService } from '../auth/identities.service.ts';
import { issuerKeys } from '../auth/issuer-keys.ts';
import { tokenRotation } from '../auth/rotation.ts';
import { sessionsRepository } from '../auth/sessions.repository.ts';
import { sessionsService } from '../auth/sessions.service.ts';
import { listScopes, scopesOf, tokenScopesOf } from '../contract/document.ts';
import type { Role, Scope } from '../contract/types.ts';
import { createTextCheck } from '../contract/values.ts';
import { deriveKeys } from '../keys.ts';
import { tokenCredentials } from '../tokens/token-credentials.ts';
import { tokensRepository } from '../tokens/tokens.repository.ts';
import { tokensService } from '../tokens/tokens.service.ts';
import type { Ground } from './ground.ts';

export type Credentials = ReturnType<typeof composeCredentials>;

/** Every kind of token that says who asks: those of sessions, personal ones, and those of another issuer. */
export function composeCredentials(ground: Ground) {
  const { config, database, logger, document, secrets, audit, users, now } = ground;
  const changes = accountChanges();
  const noting = (rows: UsedCredentials) =>
    notingUse(rows, (error) => logger.warn({ err: error }, 'the use of a credential was not noted'));
  const { Session, SessionList, AccessTokenList } = document.components.schemas;

  const scopes = byRole((role) => scopesOf(document, role));
  const sessionRows = sessionsRepository(database);
  const active = activeCredentials(noting(sessionRows), now, changes);
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
    scopesOf: scopes,
    sessionMaxAge: config.sessionMaxAge,
    mostSessions: SessionList.properties.items.maxItems,
    longestUserAgent: Session.properties.user_agent.maxLength,
    audit,
    now,
  });

  const tokenScopes = byRole((role) => tokenScopesOf(document, role));
  const tokenRows = tokensRepository(database);
  const activeTokens = activeCredentials(noting(tokenRows), now, changes);
  const tokens = tokensService({
    database,
    users,
    tokens: tokenRows,
    active: activeTokens,
    scopesOf: tokenScopes,
    mostTokens: AccessTokenList.properties.items.maxItems,
    audit,
    now,
  });

  const authenticate = credentials([
    tokenCredentials({ tokens: tokenRows, active: activeTokens, scopesOf: tokenScopes, now }),
    ...composeExternalIssuer(ground, changes, scopes),
    sessionCredentials({ accessTokens, sessions: active }),
  ]);
  return { authenticate, sessions, active, tokens, scopesOf: scopes };
}

/** None, or the one that is configured. */
function composeExternalIssuer(
  { config, database, logger, document, audit, users, now }: Ground,
  changes: AccountChanges,
  scopesByRole: (role: Role) => readonly Scope[],
): CredentialKind[] {
  const { externalIssuer: issuer } = config;
  if (issuer === undefined) return [];
  const identities = identitiesRepository(database);
  const { default: timezone } = document.components.schemas.UserRegister.properties.timezone;
  const keys = issuerKeys({
    url: issuer.jwksUrl,
    now,
    onFailure: (error) => logger.warn({ err: error }, 'the keys at AUTH_JWKS_URL can not be read'),
  });
  return [
    externalIssuer({
      tokens: externalTokens({ ...issuer, keys, isText: createTextCheck(document), now }),
      identities: identitiesService({ database, identities, users, audit, ...issuer, timezone, now }),
      active: activeCredentials(identities.findAccountState, now, changes),
      catalogue: listScopes(document),
      scopesOf: scopesByRole,
    }),
  ];
}

/** Asks once for each role: what the contract says does not change. */
function byRole(scopesFor: (role: Role) => readonly Scope[]): (role: Role) => readonly Scope[] {
  const scopes = { user: scopesFor('user'), admin: scopesFor('admin') };
  return (role) => scopes[role];
}
