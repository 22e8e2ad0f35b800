import type { Audit } from '../audit.ts';
import type { PasswordChange } from '../auth/password-change.ts';
import { requireRecentLogin } from '../auth/recent-login.ts';
import type { Handlers } from '../contract/types.ts';
import type { AccountDeletion } from './account-deletion.ts';

export interface AccountHandlersOptions {
  readonly changePassword: PasswordChange;
  readonly deleteAccount: AccountDeletion;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** What an account can do to itself that can't be taken back. */
export function accountHandlers(
  options: AccountHandlersOptions,
): Pick<Handlers, 'changePassword' | 'deleteMe'> {
  const { changePassword, deleteAccount, audit, now } = options;
  return {
    changePassword: async ({ principal, body, client }) => {
      await changePassword(principal, body, client);
      return { status: 204 };
    },

    deleteMe: async ({ principal, client }) => {
      requireRecentLogin(principal, now());
      // One that is gone already was deleted by a request beside this one: what was asked for is so.
      const existed = await deleteAccount(principal.userId);
      if (existed) audit.record('account.deleted', { user: principal.userId, ip: client.ip });
      return { status: 204 };
    },
  };
}
