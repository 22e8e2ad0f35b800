import type { ActionTokens } from '../auth/action-tokens.ts';
import type { Database } from '../db/knex.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import type { Job, JobLog } from '../jobs/job.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import type { Mailer } from './mailer.ts';
import { render } from './render.ts';
import { type MailedLink, type MailName, TEMPLATES, type Template } from './templates.ts';

/** What waits in the queue: no token, no text, and an address only where the account may have another one by then. */
export interface MailData {
  readonly mail: MailName;
  readonly user_id: string;
  /** Of the mail, and of the token in its link. */
  readonly id: string;
  readonly to?: string;
}

export interface MailJobOptions {
  readonly database: Database;
  readonly users: Pick<UsersRepository, 'findById'>;
  readonly tokens: ActionTokens;
  readonly mailer: Mailer;
  /** Origin of the pages that the links lead to. */
  readonly origin: string;
  readonly logger: JobLog;
}

/** Sends a mail to an account. The token in it is made now, so its time begins when it is sent. */
export function mailJob({ database, users, tokens, mailer, origin, logger }: MailJobOptions): Job<MailData> {
  /** @returns the address of the link, or undefined when it is not wanted any more */
  const linkTo = async (data: MailData, link: MailedLink, email: string): Promise<string | undefined> => {
    const { purpose, life } = link;
    const wanted = { userId: data.user_id, id: data.id, purpose, email, life };
    const token = await transaction(database, (trx) => tokens.issue(trx, wanted));
    return token && `${origin}${link.page}#token=${token}`;
  };

  /** @returns where to send it, or undefined when it is not wanted any more */
  const addressFor = async (
    { mail, user_id, id, to }: MailData,
    user: UserRow,
  ): Promise<string | undefined> => {
    if (mail === 'verification' && user.email_verified) return undefined;
    if (mail !== 'emailChange') return to ?? user.email;
    const prepared = await transaction(database, (trx) => tokens.findPrepared(trx, user_id, id));
    return prepared?.email;
  };

  return {
    name: 'mail',
    // About four hours in all.
    retryLimit: 10,
    retryDelay: 30,
    retryDelayMax: 3600,
    timeout: 60,
    pollEvery: 1,
    concurrency: 5,
    run: async (data, signal) => {
      const { mail, user_id: userId, id } = data;
      const template: Template = TEMPLATES[mail];
      const user = await users.findById(userId);
      // Nobody has the address that was asked about, or the account has gone since.
      if (user === undefined || user.disabled_at !== null) return;
      const to = await addressFor(data, user);
      const link = to !== undefined && template.link ? await linkTo(data, template.link, to) : undefined;
      if (to === undefined || (template.link !== undefined && link === undefined)) {
        logger.info({ mail, user: userId, id }, 'mail dropped, because it is not wanted any more');
        return;
      }
      await mailer.send({ ...render(template, link), to, id }, signal);
      logger.info({ mail, user: userId, id }, 'mail sent');
    },
  };
}
