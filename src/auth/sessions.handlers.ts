import type { Handlers } from '../contract/types.ts';
import type { SessionsService } from './sessions.service.ts';

type SessionOperations = 'listSessions' | 'revokeOtherSessions' | 'revokeSession';

export function sessionHandlers(sessions: SessionsService): Pick<Handlers, SessionOperations> {
  return {
    listSessions: async ({ principal }) => ({ status: 200, body: await sessions.list(principal) }),

    revokeOtherSessions: async ({ principal, client }) => {
      await sessions.revokeOthers(principal, client);
      return { status: 204 };
    },

    revokeSession: async ({ path, principal, client }) => {
      await sessions.revoke(principal.userId, path.session_id, client);
      return { status: 204 };
    },
  };
}
