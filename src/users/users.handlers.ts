import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import type { Handlers } from '../contract/types.ts';
import type { UsersService } from './users.service.ts';

export function userHandlers(users: UsersService): Pick<Handlers, 'getMe' | 'updateMe'> {
  return {
    getMe: async ({ principal, headers }) => {
      const { resource, version } = await users.get(principal.userId);
      const tag = entityTag(version);
      const reply = { headers: { ETag: tag } };
      if (isUnchanged(headers['if-none-match'], tag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: resource };
    },

    updateMe: async ({ principal, headers, body }) => {
      const { resource, version } = await users.update(principal.userId, body, ifMatch(headers['if-match']));
      return { status: 200, headers: { ETag: entityTag(version) }, body: resource };
    },
  };
}
