import type { Handlers } from '../contract/types.ts';
import type { TokensService } from './tokens.service.ts';

type TokenOperations = 'listAccessTokens' | 'createAccessToken' | 'revokeAccessToken';

const PATH = '/api/v1/me/tokens';

export function tokenHandlers(tokens: TokensService): Pick<Handlers, TokenOperations> {
  return {
    listAccessTokens: async ({ principal }) => ({ status: 200, body: await tokens.list(principal.userId) }),

    createAccessToken: async ({ principal, body, client }) => {
      const created = await tokens.create(principal, body, client);
      return { status: 201, headers: { Location: `${PATH}/${created.access_token.id}` }, body: created };
    },

    revokeAccessToken: async ({ principal, path, client }) => {
      await tokens.revoke(principal.userId, path.token_id, client);
      return { status: 204 };
    },
  };
}
