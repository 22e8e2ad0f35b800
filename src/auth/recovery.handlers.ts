import type { Handlers } from '../contract/types.ts';
import type { RecoveryService } from './recovery.service.ts';

type RecoveryOperations =
  | 'verifyEmail'
  | 'resendVerification'
  | 'requestPasswordReset'
  | 'resetPassword'
  | 'requestEmailChange';

export function recoveryHandlers(recovery: RecoveryService): Pick<Handlers, RecoveryOperations> {
  return {
    verifyEmail: async ({ body, client }) => {
      await recovery.verifyEmail(body.token, client);
      return { status: 204 };
    },

    resendVerification: async ({ body }) => {
      await recovery.resendVerification(body.email);
      return { status: 202 };
    },

    requestPasswordReset: async ({ body, client }) => {
      await recovery.requestPasswordReset(body.email, client);
      return { status: 202 };
    },

    resetPassword: async ({ body, client }) => {
      await recovery.resetPassword(body, client);
      return { status: 204 };
    },

    requestEmailChange: async ({ principal, body, client }) => {
      await recovery.requestEmailChange(principal.userId, body, client);
      return { status: 202 };
    },
  };
}
