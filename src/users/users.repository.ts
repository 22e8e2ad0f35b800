import type { Knex } from 'knex';
import { type Database, prepared } from '../db/knex.ts';
import type { UserEmailRow, UserRow } from '../db/tables.ts';

export type UserChanges = Partial<Pick<UserRow, 'name' | 'timezone'>>;

export function usersRepository(database: Database) {
  return {
    findById: async (id: string): Promise<UserRow | undefined> => {
      const query = database<UserRow>('users').where({ id }).first();
      return prepared(database, 'users.find', query);
    },

    /** Locks the account, for what must not happen twice at the same time. Its own data can still be written. */
    lock: async (trx: Knex.Transaction, id: string): Promise<UserRow | undefined> =>
      trx<UserRow>('users').where({ id }).forNoKeyUpdate().first(),

    /** Two statements, not a join: the address and the account may lie on different machines. */
    findByEmail: async (emailNorm: string): Promise<UserRow | undefined> => {
      const owner = await prepared(
        database,
        'user_emails.find',
        database<UserEmailRow>('user_emails').where({ email_norm: emailNorm }).first(),
      );
      if (owner === undefined) return undefined;
      return prepared(
        database,
        'users.find',
        database<UserRow>('users').where({ id: owner.user_id }).first(),
      );
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
    update: async (user: UserRow, changes: UserChanges, updatedAt: string): Promise<UserRow | undefined> => {
      const rows = await database<UserRow>('users')
        .where({ id: user.id, version: user.version })
        .update({ ...changes, updated_at: updatedAt, version: user.version + 1 })
        .returning('*');
      return rows[0];
    },

    /** @returns false when the account has another password by now, or is gone */
    replacePasswordHash: async (executor: Knex, user: UserRow, passwordHash: string): Promise<boolean> => {
      const { id, password_hash } = user;
      const changed = await executor<UserRow>('users')
        .where({ id, password_hash })
        .update({ password_hash: passwordHash });
      return changed === 1;
    },
  };
}

export type UsersRepository = ReturnType<typeof usersRepository>;
