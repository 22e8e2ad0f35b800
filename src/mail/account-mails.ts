import type { Knex } from 'knex';
import type { UserRow } from '../db/tables.ts';

/**
 * The mails that an account gets. Each is enqueued in the transaction of what causes it, so it is sent if and only if
 * that is committed.
 */
export interface AccountMails {
  /** A link that proves the account's address. */
  verification(trx: Knex.Transaction, user: UserRow): Promise<void>;
  /** A link that sets a new password. */
  passwordReset(trx: Knex.Transaction, user: UserRow): Promise<void>;
  /** A link to choose a password, for an account that an admin made. */
  invitation(trx: Knex.Transaction, user: UserRow): Promise<void>;
  /** A link that makes the new address the account's, sent there. */
  emailChange(trx: Knex.Transaction, user: UserRow, newEmail: string): Promise<void>;
  /** Tells the old address that a change was asked for. */
  emailChangeNotice(trx: Knex.Transaction, user: UserRow, newEmail: string): Promise<void>;
  /** Tells the account's address that the password is another one now. */
  passwordChanged(trx: Knex.Transaction, user: UserRow): Promise<void>;
}
