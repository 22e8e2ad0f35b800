import { actionTokens } from '../auth/action-tokens.ts';
import { housekeepingJob } from '../jobs/housekeeping.ts';
import type { Job } from '../jobs/job.ts';
import { jobQueue } from '../jobs/queue.ts';
import { deriveKeys } from '../keys.ts';
import { mailJob } from '../mail/mail-job.ts';
import { createMailer } from '../mail/mailer.ts';
import { queuedMails } from '../mail/queued-mails.ts';
import { trashPurgeJob } from '../trash/trash-purge.ts';
import type { Ground } from './ground.ts';

export type Mailing = ReturnType<typeof composeMailing>;

/** What is left for later: the mails, the tokens in their links, and the jobs that send them and clean up. */
export function composeMailing(ground: Ground) {
  const { config, database, logger, document, secrets, users, now, tracing } = ground;
  const idempotencyHours = document['x-idempotency-hours'];
  const tokens = actionTokens({ users, key: deriveKeys(secrets, 'action token')[0], now });
  const plainMailer = createMailer(config, logger);
  const mailer = tracing?.mailer(plainMailer) ?? plainMailer;
  const mailing = mailJob({ database, users, tokens, mailer, origin: config.mail.linkOrigin, logger });
  const queue = jobQueue(database, tracing?.jobs);
  return {
    actionTokens: tokens,
    mails: queuedMails(queue, mailing, tokens),
    queue,
    jobs: [
      mailing as Job,
      housekeepingJob({ database, idempotencyHours, now }),
      trashPurgeJob({ database, days: document['x-trash-days'], now }),
    ],
  };
}
