import { entityTag, ifMatch, isUnchanged } from '../contract/conditional.ts';
import { linkHeader, locationOf, toPage } from '../contract/pages.ts';
import { toOrders } from '../contract/sorting.ts';
import type { ClientInfo, Handlers, Principal } from '../contract/types.ts';
import type { Actor, AdminService } from './admin.service.ts';
import type { StatsService } from './stats.service.ts';

type AdminOperations =
  | 'adminListUsers'
  | 'adminCreateUser'
  | 'adminGetUser'
  | 'adminUpdateUser'
  | 'adminDeleteUser'
  | 'adminRevokeSessions'
  | 'adminGetStats';

export function adminHandlers(admin: AdminService, stats: StatsService): Pick<Handlers, AdminOperations> {
  return {
    adminListUsers: async ({ query, url }) => {
      const { q, role, disabled, sort = [] } = query;
      const list = await admin.list({ search: q, role, disabled }, toOrders(sort), toPage(query));
      return { status: 200, headers: linkHeader(url, list), body: list };
    },

    adminCreateUser: async ({ principal, client, url, body }) => {
      const { resource, version } = await admin.create(toActor(principal, client), body);
      const headers = { Location: locationOf(url, resource), ETag: entityTag(version) };
      return { status: 201, headers, body: resource };
    },

    adminGetUser: async ({ path, headers }) => {
      const { resource, version } = await admin.get(path.user_id);
      const tag = entityTag(version);
      const reply = { headers: { ETag: tag } };
      if (isUnchanged(headers['if-none-match'], tag)) return { status: 304, ...reply };
      return { status: 200, ...reply, body: resource };
    },

    adminUpdateUser: async ({ principal, client, path, headers, body }) => {
      const actor = toActor(principal, client);
      const changed = await admin.update(actor, path.user_id, body, ifMatch(headers['if-match']));
      return { status: 200, headers: { ETag: entityTag(changed.version) }, body: changed.resource };
    },

    adminDeleteUser: async ({ principal, client, path, headers }) => {
      await admin.delete(toActor(principal, client), path.user_id, ifMatch(headers['if-match']));
      return { status: 204 };
    },

    adminRevokeSessions: async ({ principal, client, path }) => {
      await admin.revokeSessions(toActor(principal, client), path.user_id);
      return { status: 204 };
    },

    adminGetStats: async () => ({ status: 200, body: await stats.count() }),
  };
}

function toActor({ userId }: Principal, { ip }: ClientInfo): Actor {
  return { id: userId, ip };
}
