import type { Knex } from 'knex';
import { type Database, prepared } from '../db/knex.ts';
import type { ExternalIdentityRow, UserRow } from '../db/tables.ts';
import type { AccountStateRow } from './sessions.repository.ts';

/** Who users are at other issuers. */
export function identitiesRepository(database: Database) {
  return {
    find: async (issuer: string, subject: string): Promise<ExternalIdentityRow | undefined> => {
      const query = database<ExternalIdentityRow>('external_identities').where({ issuer, subject }).first();
      return prepared(database, 'external_identities.find', query);
    },

    /** @returns false when the identity has an account already */
    insert: async (trx: Knex.Transaction, identity: ExternalIdentityRow): Promise<boolean> => {
      const inserted = await trx<ExternalIdentityRow>('external_identities')
        .insert(identity)
        .onConflict(['issuer', 'subject'])
        .ignore()
        .returning('user_id');
      return inserted.length > 0;
    },

    /** Forgets an identity whose account is gone. */
    removeOrphan: async ({ issuer, subject, user_id }: ExternalIdentityRow): Promise<void> => {
      await database<ExternalIdentityRow>('external_identities').where({ issuer, subject, user_id }).delete();
    },

    /** Holds on to the account until the end of the transaction, if its address is proved. @returns whether it is */
    lockVerified: async (trx: Knex.Transaction, userId: string): Promise<boolean> => {
      const rows = await trx<UserRow>('users')
        .where({ id: userId, email_verified: true })
        .forUpdate()
        .select('id');
      return rows.length > 0;
    },

    /** How the account stands, unless it is disabled or gone. */
    findAccountState: async (userId: string): Promise<AccountStateRow | undefined> => {
      const query = database<UserRow>('users')
        .where({ id: userId, disabled_at: null })
        .first<AccountStateRow>('role', 'email_verified');
      return prepared(database, 'users.account_state', query);
    },
  };
}

export type IdentitiesRepository = ReturnType<typeof identitiesRepository>;
