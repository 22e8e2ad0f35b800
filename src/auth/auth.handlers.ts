import type { Handlers, Schemas } from '../contract/types.ts';
import type { AuthService, Credentials } from './auth.service.ts';
import type { SessionsService } from './sessions.service.ts';
import type { tokenTransports } from './token-transport.ts';

type AuthOperations = 'registerUser' | 'login' | 'refreshSession' | 'logout';

export function authHandlers(
  auth: AuthService,
  sessions: SessionsService,
  transportOf: ReturnType<typeof tokenTransports>,
): Pick<Handlers, AuthOperations> {
  return {
    registerUser: async (input) => {
      const transport = transportOf(input);
      return { status: 201, ...transport.deliver(await auth.register(input.body, input.client)) };
    },

    login: async (input) => {
      const transport = transportOf(input);
      return { status: 200, ...transport.deliver(await auth.login(toCredentials(input.body), input.client)) };
    },

    refreshSession: async (input) => {
      const transport = transportOf(input);
      const token = transport.read(input);
      const issued = await sessions.refresh(token, input.client).catch(transport.refuse);
      return { status: 200, ...transport.deliver(issued) };
    },

    logout: async (input) => {
      const transport = transportOf(input);
      await sessions.end(transport.read(input), input.client);
      return { status: 204, ...transport.removal };
    },
  };
}

function toCredentials(body: Schemas['LoginCredentials'] | Schemas['PasswordGrant']): Credentials {
  const email = 'username' in body ? body.username : body.email;
  return { email, password: body.password, scope: body.scope };
}
