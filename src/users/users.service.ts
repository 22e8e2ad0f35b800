import type { Audit } from '../audit.ts';
import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import type { Database } from '../db/knex.ts';
import { optimistically } from '../db/optimistic.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { PreconditionFailedError, UnauthenticatedError } from '../errors.ts';
import { moveDueDates } from '../tasks/zones/zone-change.ts';
import { toUser } from './users.mapper.ts';
import type { UserChanges, UsersRepository } from './users.repository.ts';

/** A resource with the version that its entity tag is made of. */
export interface Versioned<T> {
  readonly resource: T;
  readonly version: number;
}

export interface UsersServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** @throws UnauthenticatedError when the caller's account is gone */
export async function findCaller(users: UsersRepository, id: string): Promise<UserRow> {
  const user = await users.findById(id);
  if (user === undefined) throw accountIsGone();
  return user;
}

/** The tokens of an account outlive it for a moment. */
export function accountIsGone(): UnauthenticatedError {
  return new UnauthenticatedError('The account does not exist any more.');
}

export function usersService({ database, users, audit, now }: UsersServiceOptions) {
  /** @returns undefined when the account is not at that version any more */
  const store = async (user: UserRow, changes: UserChanges): Promise<UserRow | undefined> => {
    const at = now().toISOString();
    const { timezone } = changes;
    if (timezone === undefined) return users.update(user, changes, at);
    return transaction(database, async (trx) => {
      const updated = await users.update(user, changes, at, trx);
      if (updated !== undefined) await moveDueDates(trx, { user, timezone, at, actorId: user.id });
      return updated;
    });
  };

  return {
    get: async (id: string): Promise<Versioned<Schemas['User']>> => versioned(await findCaller(users, id)),

    /** Merge patch; one that changes nothing leaves the account's version alone. */
    update: async (
      id: string,
      patch: Schemas['UserUpdate'],
      allowed: Precondition,
    ): Promise<Versioned<Schemas['User']>> => {
      const updated = await optimistically(async () => {
        const user = await findCaller(users, id);
        if (!allowed(user.version)) throw new PreconditionFailedError(toUser(user), user.version);
        const changes = changedFields(user, patch);
        if (changes === undefined) return user;
        const row = await store(user, changes);
        if (row !== undefined) audit.record('account.changed', { user: id, fields: Object.keys(changes) });
        return row;
      });
      return versioned(updated);
    },
  };
}

export type UsersService = ReturnType<typeof usersService>;

export function versioned(row: UserRow): Versioned<Schemas['User']> {
  return { resource: toUser(row), version: row.version };
}
