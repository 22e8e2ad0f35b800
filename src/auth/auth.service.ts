import type { Audit } from '../audit.ts';
import type { ClientInfo, Role, Schemas, Scope } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import { optimistically } from '../db/optimistic.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { ConflictError, InvalidCredentialsError, InvalidInputError } from '../errors.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import { normaliseEmail } from '../users/addresses.ts';
import { newUser } from '../users/new-user.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { PasswordCheck } from './password-check.ts';
import type { Passwords } from './passwords.ts';
import { toScopes } from './scopes.ts';
import type { IssuedTokens, SessionsService } from './sessions.service.ts';

export interface AuthServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: SessionsService;
  readonly passwords: Passwords;
  readonly check: PasswordCheck;
  readonly mails: Pick<AccountMails, 'verification'>;
  /** The scopes that are of use to a role. */
  readonly scopesOf: (role: Role) => readonly Scope[];
  readonly audit: Audit;
  readonly now: () => Date;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Scopes separated by spaces; empty or absent for all. */
  readonly scope?: string | undefined;
}

/** Who may have a session: new accounts, and those who know their password. */
export function authService(options: AuthServiceOptions) {
  const { database, users, sessions, passwords, check, mails, scopesOf, audit, now } = options;

  /** @throws InvalidCredentialsError */
  const checkPassword = async (
    { email, password }: Credentials,
    client: ClientInfo,
  ): Promise<UserRow & { readonly password_hash: string }> => {
    const user = await users.findByEmail(normaliseEmail(email));
    const matches = await check.matches({ email, user, password, client });
    const { password_hash = null } = user ?? {};
    if (matches && user !== undefined && password_hash !== null && user.disabled_at === null) {
      return { ...user, password_hash };
    }
    // A wrong password was noted where it was checked.
    if (matches) audit.record('login.failed', { user: user?.id ?? null, ip: client.ip, reason: 'disabled' });
    throw new InvalidCredentialsError();
  };

  /** @returns undefined when the account has changed since its password was checked */
  const tryToLogIn = async (
    given: Credentials,
    client: ClientInfo,
  ): Promise<{ issued: IssuedTokens; committed: () => void } | undefined> => {
    const checked = await checkPassword(given, client);
    const renewed = passwords.isOutdated(checked.password_hash)
      ? await passwords.hash(given.password)
      : undefined;
    const scopes = grantScopes(given.scope, scopesOf(checked.role as Role));
    return transaction(database, async (trx) => {
      const user = await users.lock(trx, checked.id);
      const isSame =
        user?.password_hash === checked.password_hash &&
        user.role === checked.role &&
        user.disabled_at === null;
      if (!isSame) return undefined;
      if (renewed !== undefined) await users.replacePasswordHash(trx, user, renewed);
      return sessions.open(trx, user, scopes, client);
    });
  };

  return {
    /**
     * @throws InvalidInputError for a common password
     * @throws ConflictError when the address is taken
     */
    register: async (body: Schemas['UserRegister'], client: ClientInfo): Promise<IssuedTokens> => {
      refuseCommonPassword(body.password, '/password');
      const passwordHash = await passwords.hash(body.password);
      const { email, name, timezone } = body;
      const user = newUser({ email, name, timezone, role: 'user', password_hash: passwordHash }, now());
      const { issued } = await transaction(database, async (trx) => {
        if (!(await users.insert(trx, user, normaliseEmail(body.email)))) {
          throw new ConflictError('email_taken', 'There is an account with this e-mail address already.');
        }
        await mails.verification(trx, user);
        return sessions.open(trx, user, scopesOf('user'), client);
      });
      audit.record('account.created', { user: user.id, session: issued.sessionId, ip: client.ip });
      return issued;
    },

    /** @throws InvalidCredentialsError, alike and after the same time for an unknown address and a wrong password */
    login: async (given: Credentials, client: ClientInfo): Promise<IssuedTokens> => {
      const { issued, committed } = await optimistically(() => tryToLogIn(given, client));
      committed();
      const user = issued.tokenSet.user.id;
      audit.record('login.succeeded', { user, session: issued.sessionId, ip: client.ip });
      return issued;
    },
  };
}

export type AuthService = ReturnType<typeof authService>;

/** What was asked for, as far as it exists (RFC 6749 section 3.3). */
function grantScopes(asked: string | undefined, available: readonly Scope[]): readonly Scope[] {
  const wanted = toScopes(asked ?? '');
  if (wanted.length === 0) return available;
  const granted = available.filter((scope) => wanted.includes(scope));
  if (granted.length > 0) return granted;
  throw new InvalidInputError([
    { pointer: '/scope', code: 'not_allowed', message: 'names no scope that there is' },
  ]);
}
