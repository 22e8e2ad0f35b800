import type { Audit } from '../audit.ts';
import type { ClientInfo, Principal, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import { transaction } from '../db/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { findCaller } from '../users/users.service.ts';
import type { ActionTokens } from './action-tokens.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import { incorrectPassword, type PasswordCheck } from './password-check.ts';
import type { Passwords } from './passwords.ts';
import type { SessionsService } from './sessions.service.ts';

export interface PasswordChangeOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: SessionsService;
  readonly passwords: Passwords;
  readonly check: PasswordCheck;
  readonly tokens: Pick<ActionTokens, 'voidAll'>;
  readonly mails: AccountMails;
  readonly audit: Audit;
}

export type PasswordChange = ReturnType<typeof passwordChange>;

export function passwordChange(options: PasswordChangeOptions) {
  const { database, users, sessions, passwords, check, tokens, mails, audit } = options;
  /**
   * Ends all sessions but the caller's. Personal access tokens stay: they never knew the password.
   *
   * @throws ConflictError when the account has no password
   * @throws InvalidInputError for a wrong current password, a common new one, or one that is no change
   */
  return async (principal: Principal, body: Schemas['PasswordChange'], client: ClientInfo): Promise<void> => {
    refuseCommonPassword(body.new_password, '/new_password');
    if (body.new_password === body.current_password) throw unchangedPassword();
    const user = await findCaller(users, principal.userId);
    await check.require(user, body.current_password, client);
    const hash = await passwords.hash(body.new_password);
    const notice = await transaction(database, async (trx) => {
      // Somebody else has changed it since it was checked: then it was not the current one any more.
      if (!(await users.replacePasswordHash(trx, user, hash))) throw incorrectPassword();
      const ended = await sessions.endAll(trx, user.id, 'password changed', principal.sessionId, client);
      // A link that somebody else has asked for must not outlive the password.
      await tokens.voidAll(trx, user.id);
      await mails.passwordChanged(trx, user);
      return ended;
    });
    notice();
    audit.record('password.changed', { user: user.id, ip: client.ip });
  };
}

function unchangedPassword(): InvalidInputError {
  const message = 'is the current password';
  return new InvalidInputError([{ pointer: '/new_password', code: 'not_allowed', message }]);
}
