import type { Audit } from '../audit.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import type { FirstAdmin, InvitationResult } from './first-admin.ts';

/** As much of a logger as is needed. */
interface Log {
  info(message: string): void;
  warn(message: string): void;
  warn(fields: object, message: string): void;
}

export interface InvitationOptions {
  /** `ADMIN_EMAIL`. */
  readonly email: string | undefined;
  readonly firstAdmin: FirstAdmin;
  readonly mails: AccountMails;
  readonly audit: Audit;
  readonly logger: Log;
}

/** At each start, before anybody can register. A database that is not ready yet is no reason not to start. */
export function invitation({ email, firstAdmin, logger, ...rest }: InvitationOptions) {
  return async (): Promise<void> => {
    if (email === undefined) return;
    try {
      report(await firstAdmin.invite({ email, ...rest }), logger);
    } catch (error) {
      logger.warn({ err: error }, 'the first admin could not be invited; the next start tries again');
    }
  };
}

function report(result: InvitationResult, logger: Log): void {
  if (result === 'invited') logger.info('the first admin was sent an invitation');
  if (result === 'taken') {
    logger.warn(
      'ADMIN_EMAIL is the address of an account that is there already, so nobody was made an admin: ' +
        'see docs/administration.md',
    );
  }
}
