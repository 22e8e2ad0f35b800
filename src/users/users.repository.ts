import type { Knex } from 'knex';
import { NIL } from 'uuid';
import { type Database, prepared } from '../db/knex.ts';
import type { UserEmailRow, UserRow } from '../db/tables.ts';

export type UserChanges = Partial<Pick<UserRow, 'name' | 'timezone'>>;

export function usersRepository(database: Database) {
  const findById = async (id: string): Promise<UserRow | undefined> => {
    const query = database<UserRow>('users').where({ id }).first();
    return prepared(database, 'users.find', query);
  };

  /** The account that has the address. */
  const findOwner = async (emailNorm: string): Promise<Pick<UserRow, 'id'> | undefined> => {
    const query = database<UserEmailRow>('user_emails').where({ email_norm: emailNorm }).first();
    const owner = await prepared(database, 'user_emails.find', query);
    return owner && { id: owner.user_id };
  };

  return {
    findById,

    findOwner,

    /** Locks the account, for what must not happen twice at the same time. Its own data can still be written. */
    lock: async (trx: Knex.Transaction, id: string): Promise<UserRow | undefined> =>
      trx<UserRow>('users').where({ id }).forNoKeyUpdate().first(),

    /**
     * Two statements, not a join: the address and the account may lie on different machines. Both of them whether or not
     * there is such an account, so that the time does not tell.
     */
    findByEmail: async (emailNorm: string): Promise<UserRow | undefined> => {
      const owner = await findOwner(emailNorm);
      return findById(owner?.id ?? NIL);
    },

    /** Claims the address and stores the account. @returns false when the address is taken */
    insert: async (trx: Knex.Transaction, user: UserRow, emailNorm: string): Promise<boolean> => {
      const claimed = await trx<UserEmailRow>('user_emails')
        .insert({ email_norm: emailNorm, user_id: user.id })
        .onConflict('email_norm')
        .ignore()
        .returning('user_id');
      if (claimed.length === 0) return false;
      await trx<UserRow>('users').insert(user);
      await trx('user_counters').insert({ user_id: user.id });
      return true;
    },

    /** @returns undefined when the account is not at that version any more */
    update: async (
      user: UserRow,
      changes: UserChanges,
      updatedAt: string,
      within = database,
    ): Promise<UserRow | undefined> => {
      const rows = await within<UserRow>('users')
        .where({ id: user.id, version: user.version })
        .update({ ...changes, updated_at: updatedAt, version: user.version + 1 })
        .returning('*');
      return rows[0];
    },

    /** Changes an account that the transaction has locked. */
    updateLocked: async (
      trx: Knex.Transaction,
      user: UserRow,
      changes: Partial<Pick<UserRow, 'email' | 'email_verified' | 'password_hash'>>,
      updatedAt: string,
    ): Promise<void> => {
      await trx<UserRow>('users')
        .where({ id: user.id })
        .update({ ...changes, updated_at: updatedAt, version: user.version + 1 });
    },

    /** Gives the account another address in place of the one it has. @returns false when it is taken */
    moveAddress: async (
      trx: Knex.Transaction,
      userId: string,
      oldEmailNorm: string,
      emailNorm: string,
    ): Promise<boolean> => {
      if (emailNorm === oldEmailNorm) return true;
      const claimed = await trx<UserEmailRow>('user_emails')
        .insert({ email_norm: emailNorm, user_id: userId })
        .onConflict('email_norm')
        .ignore()
        .returning('user_id');
      if (claimed.length === 0) return false;
      await trx<UserEmailRow>('user_emails').where({ email_norm: oldEmailNorm, user_id: userId }).delete();
      return true;
    },

    /** @returns false when the account has another password by now, or is gone */
    replacePasswordHash: async (
      trx: Knex.Transaction,
      { id, password_hash }: UserRow,
      passwordHash: string,
    ): Promise<boolean> => {
      const changed = await trx<UserRow>('users')
        .where({ id, password_hash })
        .update({ password_hash: passwordHash });
      return changed === 1;
    },
  };
}

export type UsersRepository = ReturnType<typeof usersRepository>;
