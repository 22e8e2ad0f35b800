import type { Knex } from 'knex';
import type { ActiveCredentials } from '../auth/active-credentials.ts';
import type { Database } from '../db/knex.ts';
import type { ExternalIdentityRow, UserEmailRow, UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import { assertNotLastAdmin } from './last-admin.ts';

interface LargeTable {
  readonly table: string;
  /** Completes `user_id` to the primary key. */
  readonly key: string;
  /** Rows that are deleted at once, each with what hangs on it. */
  readonly batch: number;
  /** Only the rows that have something in this column. */
  readonly having?: string;
}

/**
 * Tables in which an account can have any number of rows. They are emptied a batch at a time, so that no statement comes
 * near its time limit. What the other tables hold goes with the account. Sessions go before their refresh tokens,
 * because that is the order in which a refresh locks them.
 */
const LARGE_TABLES: readonly LargeTable[] = [
  // Subtasks first, for they point at their parents.
  { table: 'tasks', key: 'id', batch: 10_000, having: 'parent_id' },
  { table: 'tasks', key: 'id', batch: 10_000 },
  { table: 'events', key: 'seq', batch: 10_000 },
  { table: 'idempotency_keys', key: 'key', batch: 10_000 },
  { table: 'sessions', key: 'id', batch: 20 },
];

export interface AccountDeletionOptions {
  readonly database: Database;
  /** Of any kind: the news reaches the others. */
  readonly active: ActiveCredentials;
  /** What still waits to be sent to the account goes with it. */
  readonly mails: Pick<AccountMails, 'discard'>;
}

export type AccountDeletion = ReturnType<typeof accountDeletion>;

export function accountDeletion({ database, active, mails }: AccountDeletionOptions) {
  /**
   * Removes the account and everything that belongs to it, all or nothing, however much it is: one transaction of many
   * short statements. Until it is committed nobody sees a difference; from then on no token of the account works here,
   * and the address is free.
   *
   * @param decide is asked in the same transaction, when nothing about the account can change any more; what it throws stops
   *   the deletion
   * @returns false when there is no such account
   * @throws ConflictError `last_admin`
   */
  return async (
    userId: string,
    decide: (trx: Knex.Transaction) => Promise<void> = async () => {},
  ): Promise<boolean> => {
    const found = await transaction(database, async (trx) => {
      for (const table of LARGE_TABLES) await emptyTable(trx, table, userId);
      // Late, for other changes of admins wait from here to the commit.
      await assertNotLastAdmin(trx, userId);
      await decide(trx);
      await mails.discard(trx, { id: userId });
      await trx<UserEmailRow>('user_emails').where({ user_id: userId }).delete();
      const removed = await trx<UserRow>('users').where({ id: userId }).delete();
      // After the account itself: until then another identity may be linked to it.
      await trx<ExternalIdentityRow>('external_identities').where({ user_id: userId }).delete();
      return removed === 1;
    });
    active.forgetAccount(userId);
    return found;
  };
}

async function emptyTable(
  trx: Knex.Transaction,
  { table, key, batch, having }: LargeTable,
  userId: string,
): Promise<void> {
  // By ranges of the key: a search for whatever is left would pass by all that is deleted already, each time.
  let from: string | undefined;
  do {
    const rows = trx(table).where({ user_id: userId });
    if (having !== undefined) rows.whereNotNull(having);
    if (from !== undefined) rows.where(key, '>=', from);
    const next = await rows.clone().orderBy(key).offset(batch).first(key);
    if (next !== undefined) rows.where(key, '<', next[key]);
    await rows.delete();
    from = next?.[key];
  } while (from !== undefined);
}
