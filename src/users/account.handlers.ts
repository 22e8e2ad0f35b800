import type { PasswordChange } from '../auth/password-change.ts';
import type { Handlers } from '../contract/types.ts';

/** What an account can do to itself that can't be taken back. */
export function accountHandlers(changePassword: PasswordChange): Pick<Handlers, 'changePassword'> {
  return {
    changePassword: async ({ principal, body, client }) => {
      await changePassword(principal, body, client);
      return { status: 204 };
    },
  };
}
