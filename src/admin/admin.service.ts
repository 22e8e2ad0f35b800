import type { Knex } from 'knex';
import type { Audit } from '../audit.ts';
import { refuseCommonPassword } from '../auth/common-passwords.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { SessionsService } from '../auth/sessions.service.ts';
import type { Precondition } from '../contract/conditional.ts';
import type { Role, Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import type { Database } from '../db/knex.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import {
  ConflictError,
  InsufficientRoleError,
  NotFoundError,
  PreconditionFailedError,
  UnauthenticatedError,
} from '../errors.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import { moveDueDates } from '../tasks/zones/zone-change.ts';
import type { AccountDeletion } from '../users/account-deletion.ts';
import { normaliseEmail } from '../users/addresses.ts';
import { assertNotLastAdmin, lockAdmins } from '../users/last-admin.ts';
import { newUser } from '../users/new-user.ts';
import { toUser } from '../users/users.mapper.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { type Versioned, versioned } from '../users/users.service.ts';
import type { AccountChanges, AdminRepository, UserFilter, UserOrder } from './admin.repository.ts';

export interface AdminServiceOptions {
  readonly database: Database;
  readonly accounts: AdminRepository;
  readonly users: UsersRepository;
  readonly sessions: SessionsService;
  readonly passwords: Passwords;
  readonly mails: AccountMails;
  readonly deleteAccount: AccountDeletion;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** Whom all of this is for. */
const ROLE: Role = 'admin';

/** The admin who does it. */
export interface Actor {
  readonly id: string;
  readonly ip: string | null;
}

/** What admins do with accounts. What belongs to an account they never see. */
export function adminService(options: AdminServiceOptions) {
  const { database, accounts, users, sessions, passwords, mails, audit, now } = options;

  /** Whether the caller is an admin is asked once more: the role may have been lost since the request came in. */
  const requireAdmin = async (trx: Knex.Transaction, { id }: Actor): Promise<void> => {
    const caller = await accounts.lock(trx, id);
    if (caller === undefined || caller.disabled_at !== null) {
      throw new UnauthenticatedError('The session has ended.');
    }
    if (caller.role !== ROLE) throw new InsufficientRoleError(ROLE);
  };

  /** Runs a change that an admin makes; one such change at a time. */
  const change = <T>(actor: Actor, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
    transaction(database, async (trx) => {
      await lockAdmins(trx);
      await requireAdmin(trx, actor);
      return work(trx);
    });

  const by = ({ id, ip }: Actor, user: string) => ({ user, actor: id, ip });

  return {
    get: async (id: string): Promise<Versioned<Schemas['User']>> => {
      return versioned(requireVersion(await accounts.find(id)));
    },

    list: async (
      filter: UserFilter,
      orders: readonly UserOrder[],
      { page, size }: { readonly page: number; readonly size: number },
    ): Promise<Schemas['UserList']> => {
      const total = await accounts.count(filter);
      const rows = await accounts.list(filter, orders, (page - 1) * size, size);
      return { items: rows.map(toUser), total, page, size, pages: Math.ceil(total / size) };
    },

    /**
     * @throws InvalidInputError for a common password
     * @throws ConflictError when the address is taken
     */
    create: async (actor: Actor, body: Schemas['AdminUserCreate']): Promise<Versioned<Schemas['User']>> => {
      const { email, password, name, role, timezone } = body;
      if (password !== undefined) refuseCommonPassword(password, '/password');
      const passwordHash = password === undefined ? null : await passwords.hash(password);
      const user = newUser({ email, name, role, timezone, password_hash: passwordHash }, now());
      await change(actor, async (trx) => {
        if (!(await users.insert(trx, user, normaliseEmail(email)))) {
          throw new ConflictError('email_taken', 'There is an account with this e-mail address already.');
        }
        await (passwordHash === null ? mails.invitation(trx, user) : mails.verification(trx, user));
      });
      audit.record('account.created', { ...by(actor, user.id), role });
      return versioned(user);
    },

    /**
     * Merge patch; one that changes nothing leaves the account's version alone.
     *
     * @throws ConflictError when there would be no admin any more
     */
    update: async (
      actor: Actor,
      id: string,
      patch: Schemas['AdminUserUpdate'],
      allowed: Precondition,
    ): Promise<Versioned<Schemas['User']>> => {
      const { user, changes, forget } = await change(actor, async (trx) => {
        const current = requireVersion(await accounts.lock(trx, id), allowed);
        const at = now().toISOString();
        const wanted = changesOf(current, patch, at);
        if (wanted === undefined) return { user: current, changes: {}, forget: () => {} };
        const reason = endOfSessions(wanted);
        if (reason !== undefined) await assertNotLastAdmin(trx, id);
        const updated = await accounts.update(trx, current, wanted, at);
        const { timezone } = wanted;
        if (timezone !== undefined) {
          await moveDueDates(trx, { user: current, timezone, at, actorId: actor.id });
        }
        const noticed =
          reason === undefined
            ? () => {}
            : await sessions.endAll(trx, id, reason, null, { actor: actor.id, ip: actor.ip });
        return { user: updated, changes: wanted, forget: noticed };
      });
      forget();
      const changed = Object.keys(changes);
      if (changed.length > 0) {
        const { role, disabled_at } = user;
        audit.record('account.changed', {
          ...by(actor, id),
          changed,
          role,
          disabled: disabled_at !== null,
        });
      }
      return versioned(user);
    },

    /** @throws ConflictError for the last admin */
    delete: async (actor: Actor, id: string, allowed: Precondition): Promise<void> => {
      // First of all, for what follows is work; and once more at the end, when nobody can change it any more.
      requireVersion(await accounts.find(id), allowed);
      const found = await options.deleteAccount(id, async (trx) => {
        await requireAdmin(trx, actor);
        requireVersion(await accounts.lock(trx, id), allowed);
      });
      if (!found) throw new NotFoundError('account');
      audit.record('account.deleted', by(actor, id));
    },

    /** Ends all sessions of the account; its personal access tokens stay. */
    revokeSessions: async (actor: Actor, id: string): Promise<void> => {
      const forget = await change(actor, async (trx) => {
        requireVersion(await accounts.lock(trx, id));
        return sessions.endAll(trx, id, 'ended by an admin', null, { actor: actor.id, ip: actor.ip });
      });
      forget();
    },
  };
}

export type AdminService = ReturnType<typeof adminService>;

/** @throws NotFoundError, PreconditionFailedError */
function requireVersion(user: UserRow | undefined, allowed: Precondition = () => true): UserRow {
  if (user === undefined) throw new NotFoundError('account');
  if (!allowed(user.version)) throw new PreconditionFailedError(toUser(user), user.version);
  return user;
}

function changesOf(
  user: UserRow,
  { disabled, ...fields }: Schemas['AdminUserUpdate'],
  at: string,
): AccountChanges | undefined {
  if (disabled === undefined) return changedFields(user, fields);
  // An account that is disabled again stays so since the first time.
  return changedFields(user, { ...fields, disabled_at: disabled ? (user.disabled_at ?? at) : null });
}

/** Why a change ends the sessions of the account, and so may not befall the last admin; undefined if it does not. */
function endOfSessions({ role, disabled_at }: AccountChanges): string | undefined {
  if (typeof disabled_at === 'string') return 'account disabled';
  return role === undefined ? undefined : 'role changed';
}
