/** For the time of the work on this branch alone: operations and services that somebody is building. */
import type { DeleteAccount } from './admin/admin.service.ts';
import type { ActiveCredentials } from './auth/active-credentials.ts';
import type { Handlers, OperationId } from './contract/types.ts';
import type { Database } from './db/knex.ts';
import { transaction } from './db/transaction.ts';
import type { AccountMails } from './mail/account-mails.ts';

import { assertNotLastAdmin } from './users/last-admin.ts';

export function pendingHandlers<K extends OperationId>(...ids: readonly K[]): Pick<Handlers, K> {
  const refuse = (id: string) => async () => {
    throw new Error(`${id} is not there yet`);
  };
  return Object.fromEntries(ids.map((id) => [id, refuse(id)])) as never;
}

const ignore = async (): Promise<void> => {};
export const pendingMails: AccountMails = {
  verification: ignore,
  passwordReset: ignore,
  invitation: ignore,
  emailChange: ignore,
  emailChangeNotice: ignore,
  passwordChanged: ignore,
};

export function pendingDeletion(database: Database, active: ActiveCredentials): DeleteAccount {
  return async (userId, decide) => {
    const found = await transaction(database, async (trx) => {
      await assertNotLastAdmin(trx, userId);
      await decide(trx);
      await trx('user_emails').where({ user_id: userId }).delete();
      return (await trx('users').where({ id: userId }).delete()) === 1;
    });
    active.forgetAccount(userId);
    return found;
  };
}
