import type { Knex } from 'knex';
import type { UserRow } from '../db/tables.ts';

/** Whose mail it is. */
export type Addressee = Pick<UserRow, 'id'>;

/**
 * The mails that an account gets. Each is enqueued in the transaction of what causes it, so it is sent if and only if
 * that is committed. Enqueuing takes the same time for an id that no account has; nothing is sent then.
 */
export interface AccountMails {
  /** A link that proves the account's address. Not sent if it is proved already. */
  verification(trx: Knex.Transaction, user: Addressee): Promise<void>;
  /** A link that sets a new password. */
  passwordReset(trx: Knex.Transaction, user: Addressee): Promise<void>;
  /** A link to choose a password, for an account that an admin made. */
  invitation(trx: Knex.Transaction, user: Addressee): Promise<void>;
  /** A link that makes the new address the account's, sent there. */
  emailChange(trx: Knex.Transaction, user: Addressee, newEmail: string): Promise<void>;
  /** Tells the address that the account has that a change of it was asked for. */
  emailChangeNotice(trx: Knex.Transaction, user: Pick<UserRow, 'id' | 'email'>): Promise<void>;
  /** Tells the address that the account had until now that it has another one. */
  emailChanged(trx: Knex.Transaction, user: Addressee, oldEmail: string): Promise<void>;
  /** Tells the account's address that the password is another one now. */
  passwordChanged(trx: Knex.Transaction, user: Addressee): Promise<void>;
  /** Drops all that waits to be sent to the account, because it is about to be deleted. */
  discard(trx: Knex.Transaction, user: Addressee): Promise<void>;
}
