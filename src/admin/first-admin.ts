import type { Knex } from 'knex';
import type { Audit } from '../audit.ts';
import type { Role } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import { normaliseEmail } from '../users/addresses.ts';
import { hasAdmin, lockAdmins } from '../users/last-admin.ts';
import { newUser } from '../users/new-user.ts';
import type { UsersRepository } from '../users/users.repository.ts';

export interface FirstAdminOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  /** The contract's default. */
  readonly timezone: string;
  readonly now: () => Date;
}

const ROLE: Role = 'admin';

export interface Invitation {
  readonly email: string;
  readonly mails: AccountMails;
  readonly audit: Audit;
}

/** How the invitation of the first admin ended: `taken` is an address that somebody has registered already. */
export type InvitationResult = 'invited' | 'has_admin' | 'taken';

/** What an operator wants of an account, who has the database and so needs no leave. */
export interface Appointment {
  readonly email: string;
  readonly name: string | null;
  readonly passwordHash: string;
  /** Whether an account that is there already may become an admin's. */
  readonly promote: boolean;
  /** Whether there may be another admin already. */
  readonly force: boolean;
}
export type AppointmentResult = 'created' | 'promoted' | 'has_admin' | 'taken';

/** How a server gets an admin when it has none who could make one. */
export function firstAdmin({ database, users, timezone, now }: FirstAdminOptions) {
  const add = async (
    trx: Knex.Transaction,
    given: Pick<UserRow, 'email' | 'name' | 'password_hash'>,
  ): Promise<UserRow | undefined> => {
    const user = newUser({ ...given, role: ROLE, timezone }, now());
    return (await users.insert(trx, user, normaliseEmail(given.email))) ? user : undefined;
  };

  return {
    /**
     * Makes an account for the address, as an admin's, and sends the mail to choose its password; nothing if there is an
     * admin. An account that has the address already stays what it is: whoever registered it may be anybody.
     */
    invite: async ({ email, mails, audit }: Invitation): Promise<InvitationResult> => {
      const outcome = await transaction(database, async (trx) => {
        await lockAdmins(trx);
        if (await hasAdmin(trx)) return 'has_admin';
        const user = await add(trx, { email, name: null, password_hash: null });
        if (user === undefined) return 'taken';
        await mails.invitation(trx, user);
        return user;
      });
      if (typeof outcome === 'string') return outcome;
      audit.record('account.created', { user: outcome.id, role: ROLE, reason: 'first admin' });
      return 'invited';
    },

    /** Makes an admin whose password is known; or makes an account that is there an admin's, with the password it has. */
    appoint: async ({ promote, force, passwordHash, ...given }: Appointment): Promise<AppointmentResult> => {
      const known = await users.findByEmail(normaliseEmail(given.email));
      if (known !== undefined && !promote) return 'taken';
      return transaction(database, async (trx) => {
        await lockAdmins(trx);
        if (!force && (await hasAdmin(trx))) return 'has_admin';
        if (known === undefined) {
          return (await add(trx, { ...given, password_hash: passwordHash })) ? 'created' : 'taken';
        }
        const at = now().toISOString();
        const changes = { role: ROLE, disabled_at: null, updated_at: at };
        await trx('users').where({ id: known.id }).update(changes).increment('version', 1);
        // As with any change of a role: what was given out before was given to somebody else.
        await trx('sessions')
          .where({ user_id: known.id, revoked_at: null })
          .update({ revoked_at: at, revoked_reason: 'role changed' });
        return 'promoted';
      });
    },
  };
}

export type FirstAdmin = ReturnType<typeof firstAdmin>;
