import type { Knex } from 'knex';
import type { UserRow } from '../db/tables.ts';
import { ConflictError } from '../errors.ts';

/** Any number will do that nothing else locks. */
const LOCK = 4_210_300;

/**
 * Until the end of the transaction nobody else decides about who is an admin. A lock of a name and not of rows, because
 * the question is about rows that may lie on several machines.
 */
export async function lockAdmins(trx: Knex.Transaction): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(?)', [LOCK]);
}

/** Whether there is an admin who is not disabled. Only good for a decision under `lockAdmins`. */
export async function hasAdmin(trx: Knex.Transaction, otherThan?: string): Promise<boolean> {
  const admins = trx<UserRow>('users').where({ role: 'admin', disabled_at: null });
  if (otherThan !== undefined) admins.whereNot({ id: otherThan });
  return (await admins.first('id')) !== undefined;
}

/**
 * To be called before an account is disabled or deleted or loses the role, in the same transaction. Other such changes
 * wait until that has ended, so that of the last two admins not both can go at once.
 *
 * @throws ConflictError `last_admin` when nobody else would be an admin who can log in
 */
export async function assertNotLastAdmin(trx: Knex.Transaction, userId: string): Promise<void> {
  await lockAdmins(trx);
  const user = await trx<UserRow>('users').where({ id: userId }).first('role', 'disabled_at');
  if (user?.role !== 'admin' || user.disabled_at !== null) return;
  if (await hasAdmin(trx, userId)) return;
  throw new ConflictError('last_admin', 'This is the last admin. Make somebody else an admin first.');
}
