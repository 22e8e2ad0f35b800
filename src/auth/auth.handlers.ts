import type { Handlers, Schemas } from '../contract/types.ts';
import type { AuthService, Credentials } from './auth.service.ts';
import type { SessionsService } from './sessions.service.ts';

type AuthOperations = 'registerUser' | 'login' | 'refreshSession' | 'logout';

export function authHandlers(auth: AuthService, sessions: SessionsService): Pick<Handlers, AuthOperations> {
  return {
    registerUser: async ({ body, client }) => ({ status: 201, body: await auth.register(body, client) }),

    login: async ({ body, client }) => ({ status: 200, body: await auth.login(toCredentials(body), client) }),

    refreshSession: async ({ body }) => ({
      status: 200,
      body: await sessions.refresh(body.refresh_token ?? ''),
    }),

    logout: async ({ body }) => {
      await sessions.end(body.refresh_token ?? '');
      return { status: 204 };
    },
  };
}

function toCredentials(body: Schemas['LoginCredentials'] | Schemas['PasswordGrant']): Credentials {
  const email = 'username' in body ? body.username : body.email;
  return { email, password: body.password, scope: body.scope };
}
