import { adminHandlers } from '../admin/admin.handlers.ts';
import { adminRepository } from '../admin/admin.repository.ts';
import { adminService } from '../admin/admin.service.ts';
import { firstAdmin } from '../admin/first-admin.ts';
import { invitation } from '../admin/invitation.ts';
import { statsRepository } from '../admin/stats.repository.ts';
import { statsService } from '../admin/stats.service.ts';
import { authHandlers } from '../auth/auth.handlers.ts';
import { authService } from '../auth/auth.service.ts';
import { loginThrottle } from '../auth/login-throttle.ts';
import { passwordChange } from '../auth/password-change.ts';
import { passwordCheck } from '../auth/password-check.ts';
import { createPasswords } from '../auth/passwords.ts';
import { recoveryHandlers } from '../auth/recovery.handlers.ts';
import { recoveryService } from '../auth/recovery.service.ts';
import { sessionHandlers } from '../auth/sessions.handlers.ts';
import { tokenTransports } from '../auth/token-transport.ts';
import { exportHandlers } from '../export/export.handlers.ts';
import { exportRepository } from '../export/export.repository.ts';
import { exportService } from '../export/export.service.ts';
import { tokenHandlers } from '../tokens/tokens.handlers.ts';
import { accountHandlers } from '../users/account.handlers.ts';
import { accountDeletion } from '../users/account-deletion.ts';
import { userHandlers } from '../users/users.handlers.ts';
import { usersService } from '../users/users.service.ts';
import type { Credentials } from './credentials.ts';
import type { Ground } from './ground.ts';
import type { Mailing } from './mailing.ts';

/** The operations on accounts, and what else happens to them. */
export function composeAccounts(ground: Ground, credentials: Credentials, mailing: Mailing) {
  const { config, database, logger, document, counters, audit, users, now } = ground;
  const { sessions, active, tokens, scopesOf } = credentials;
  const { mails, actionTokens } = mailing;
  // No more logins are worked on at once than hashes may wait: the surplus is refused before that, at a fraction of the cost.
  const { parallel } = document['x-rate-limits'].credentials ?? {};
  const passwords = createPasswords({ cost: config.bcryptCost, ...(parallel && { queue: parallel }) });
  const throttle = loginThrottle({ counters, audit });
  const check = passwordCheck({ passwords, throttle, sessions, audit });
  const auth = authService({ database, users, sessions, passwords, check, mails, scopesOf, audit, now });
  const recovery = recoveryService({
    database,
    users,
    sessions,
    active,
    passwords,
    check,
    tokens: actionTokens,
    revokeAccessTokens: tokens.revokeAll,
    mails,
    audit,
    now,
  });
  const profiles = usersService({ database, users, audit, now });
  const deleteAccount = accountDeletion({ database, active, mails });
  const exports = exportService({
    users: profiles,
    listSessions: sessions.list,
    listTokens: tokens.list,
    rows: exportRepository(database),
    mostIdentities: document.components.schemas.DataExport.properties.identities.maxItems,
    audit,
    now,
  });
  const admin = adminService({
    database,
    accounts: adminRepository(database),
    users,
    sessions,
    passwords,
    mails,
    deleteAccount,
    audit,
    now,
  });
  const { refreshTokenTtl } = config;
  const stats = statsService({ stats: statsRepository(database), refreshTokenTtl, now });
  const { timezone } = document.components.schemas.AdminUserCreate.properties;
  return {
    handlers: {
      ...authHandlers(auth, sessions, tokenTransports([config.publicUrl, ...config.corsOrigins])),
      ...sessionHandlers(sessions),
      ...recoveryHandlers(recovery),
      ...userHandlers(profiles),
      ...accountHandlers({
        changePassword: passwordChange({
          database,
          users,
          sessions,
          passwords,
          check,
          tokens: actionTokens,
          mails,
          audit,
        }),
        deleteAccount,
        audit,
        now,
      }),
      ...exportHandlers(exports),
      ...tokenHandlers(tokens),
      ...adminHandlers(admin, stats),
    },
    inviteFirstAdmin: invitation({
      email: config.adminEmail,
      firstAdmin: firstAdmin({ database, users, timezone: timezone.default, now }),
      mails,
      audit,
      logger,
    }),
  };
}
