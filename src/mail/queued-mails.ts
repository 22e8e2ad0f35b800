import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { ActionTokens } from '../auth/action-tokens.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { AccountMails } from './account-mails.ts';
import type { MailData } from './mail-job.ts';
import { type MailName, TEMPLATES } from './templates.ts';

/** Mails as jobs of the queue. */
export function queuedMails(
  queue: Pick<JobQueue, 'add' | 'drop'>,
  job: Job<MailData>,
  tokens: Pick<ActionTokens, 'prepare'>,
): AccountMails {
  const add = (trx: Knex.Transaction, mail: MailName, userId: string, more: Partial<MailData> = {}) =>
    queue.add(trx, job, { mail, user_id: userId, id: uuidv7(), ...more });
  return {
    verification: (trx, user) => add(trx, 'verification', user.id),
    passwordReset: (trx, user) => add(trx, 'passwordReset', user.id),
    invitation: (trx, user) => add(trx, 'invitation', user.id),
    emailChange: async (trx, user, newEmail) => {
      const { purpose, life } = TEMPLATES.emailChange.link;
      const id = uuidv7();
      await tokens.prepare(trx, { userId: user.id, id, purpose, email: newEmail, life });
      await add(trx, 'emailChange', user.id, { id });
    },
    emailChangeNotice: (trx, user) => add(trx, 'emailChangeNotice', user.id, { to: user.email }),
    emailChanged: (trx, user, oldEmail) => add(trx, 'emailChanged', user.id, { to: oldEmail }),
    passwordChanged: (trx, user) => add(trx, 'passwordChanged', user.id),
    discard: (trx, user) => queue.drop(trx, 'user_id', user.id),
  };
}
