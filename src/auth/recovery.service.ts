import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { Audit } from '../audit.ts';
import type { ClientInfo, Schemas } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import { transaction } from '../db/transaction.ts';
import { ConflictError } from '../errors.ts';
import type { AccountMails, Addressee } from '../mail/account-mails.ts';
import { normaliseEmail } from '../users/addresses.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { findCaller } from '../users/users.service.ts';
import type { ActionTokens, Redeemed } from './action-tokens.ts';
import type { ActiveCredentials } from './active-credentials.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { PasswordCheck } from './password-check.ts';
import type { Passwords } from './passwords.ts';
import type { SessionsService } from './sessions.service.ts';

export interface RecoveryServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: Pick<SessionsService, 'endAll'>;
  /** Ends all personal access tokens of the account. @returns to be called after the commit */
  readonly revokeAccessTokens: (trx: Knex.Transaction, userId: string) => Promise<() => void>;
  readonly active: ActiveCredentials;
  readonly passwords: Passwords;
  readonly check: PasswordCheck;
  readonly tokens: ActionTokens;
  readonly mails: AccountMails;
  readonly audit: Audit;
  readonly now: () => Date;
}

/** What an account's address is good for: to be proved, to be changed, and to get back in. */
export function recoveryService(options: RecoveryServiceOptions) {
  const { database, users, sessions, active, passwords, check, tokens, mails, audit, now } = options;

  /**
   * Enqueues the mail for the account that has the address, or for one that nobody has: the same statements either way,
   * so that neither the answer nor its time tells which it was.
   */
  const mailTo = async (
    email: string,
    enqueue: (trx: Knex.Transaction, user: Addressee) => Promise<void>,
  ): Promise<string | null> => {
    const nobody = { id: uuidv7() };
    const owner = await users.findOwner(normaliseEmail(email));
    await transaction(database, (trx) => enqueue(trx, owner ?? nobody));
    return owner?.id ?? null;
  };

  const changeAddress = async (trx: Knex.Transaction, { token, user }: Redeemed): Promise<void> => {
    const [from, to] = [user.email, token.email].map(normaliseEmail) as [string, string];
    if (!(await users.moveAddress(trx, user.id, from, to))) {
      throw new ConflictError('email_taken', 'There is an account with this e-mail address already.');
    }
    const changes = { email: token.email, email_verified: true };
    await users.updateLocked(trx, user, changes, now().toISOString());
    await mails.emailChanged(trx, user, user.email);
  };

  return {
    /**
     * @throws InvalidInputError for a token that is not good any more
     * @throws ConflictError when somebody else has the new address by now
     */
    verifyEmail: async (text: string, { ip }: ClientInfo): Promise<void> => {
      const { token, user } = await transaction(database, async (trx) => {
        const redeemed = await tokens.redeem(trx, text, ['verify_email', 'change_email']);
        const { token, user } = redeemed;
        if (token.purpose === 'change_email') await changeAddress(trx, redeemed);
        else await users.updateLocked(trx, user, { email_verified: true }, now().toISOString());
        return redeemed;
      });
      active.forgetAccount(user.id);
      const event = token.purpose === 'change_email' ? 'email.changed' : 'email.verified';
      audit.record(event, { user: user.id, ip });
    },

    /** Sends the mail again, if there is such an account and its address is not proved. */
    resendVerification: async (email: string): Promise<void> => {
      await mailTo(email, mails.verification);
    },

    /** Sends a link to set a new password, if there is such an account. */
    requestPasswordReset: async (email: string, { ip }: ClientInfo): Promise<void> => {
      const user = await mailTo(email, mails.passwordReset);
      audit.record('password.reset_requested', { user, ip });
    },

    /**
     * Whoever could read the mail is the owner: the address is proved, and whoever else is logged in is not any more.
     *
     * @throws InvalidInputError for a common password, or a token that is not good any more
     */
    resetPassword: async (
      { token: text, password }: Schemas['PasswordReset'],
      { ip }: ClientInfo,
    ): Promise<void> => {
      refuseCommonPassword(password, '/password');
      // Looked at first, for nobody shall make us hash with a token that he has invented; used up below, in one go.
      await transaction(database, (trx) => tokens.check(trx, text, ['reset_password']));
      const passwordHash = await passwords.hash(password);
      const { userId, forget } = await transaction(database, async (trx) => {
        const { user } = await tokens.redeem(trx, text, ['reset_password']);
        const changes = { password_hash: passwordHash, email_verified: true };
        await users.updateLocked(trx, user, changes, now().toISOString());
        // A change of the address that somebody else has asked for, above all.
        await tokens.voidAll(trx, user.id);
        const ended = await sessions.endAll(trx, user.id, 'password reset', null, { ip });
        const revoked = await options.revokeAccessTokens(trx, user.id);
        await mails.passwordChanged(trx, user);
        return { userId: user.id, forget: [ended, revoked] };
      });
      for (const act of forget) act();
      audit.record('password.reset', { user: userId, ip });
    },

    /**
     * Sends a link to the new address, and a notice to the old one. Whether the new one is taken is not looked at: the
     * answer would tell.
     *
     * @throws ConflictError for an account without a password
     * @throws InvalidInputError when the current password is wrong
     */
    requestEmailChange: async (
      userId: string,
      body: Schemas['EmailChange'],
      client: ClientInfo,
    ): Promise<void> => {
      const user = await findCaller(users, userId);
      await check.require(user, body.current_password, client);
      await transaction(database, async (trx) => {
        await mails.emailChange(trx, user, body.email);
        await mails.emailChangeNotice(trx, user);
      });
      audit.record('email.change_requested', { user: userId, ip: client.ip });
    },
  };
}

export type RecoveryService = ReturnType<typeof recoveryService>;
