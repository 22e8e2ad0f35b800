import { v7 as uuidv7 } from 'uuid';
import type { ClientInfo, Role, Schemas, Scope } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import type { UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { ConflictError, InvalidCredentialsError, InvalidInputError } from '../errors.ts';
import type { AccountMails } from '../mail/account-mails.ts';
import { normaliseEmail } from '../users/addresses.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Passwords } from './passwords.ts';
import type { SessionsService } from './sessions.service.ts';

export interface AuthServiceOptions {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly sessions: SessionsService;
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  readonly mails: Pick<AccountMails, 'verification'>;
  /** The scopes that are of use to a role. */
  readonly scopesOf: (role: Role) => readonly Scope[];
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
  const { database, users, sessions, passwords, throttle, mails, scopesOf, now } = options;
  return {
    /**
     * @throws InvalidInputError for a common password
     * @throws ConflictError when the address is taken
     */
    register: async (body: Schemas['UserRegister'], client: ClientInfo): Promise<Schemas['TokenSet']> => {
      refuseCommonPassword(body.password, '/password');
      const passwordHash = await passwords.hash(body.password);
      const at = now().toISOString();
      const user: UserRow = {
        id: uuidv7(),
        email: body.email,
        name: body.name,
        role: 'user',
        password_hash: passwordHash,
        email_verified: false,
        timezone: body.timezone,
        version: 1,
        created_at: at,
        updated_at: at,
        disabled_at: null,
      };
      return transaction(database, async (trx) => {
        if (!(await users.insert(trx, user, normaliseEmail(body.email)))) {
          throw new ConflictError('email_taken', 'There is an account with this e-mail address already.');
        }
        await mails.verification(trx, user);
        return sessions.open(trx, user, scopesOf('user'), client);
      });
    },

    /** @throws InvalidCredentialsError, alike and after the same time for an unknown address and a wrong password */
    login: async (
      { email, password, scope }: Credentials,
      client: ClientInfo,
    ): Promise<Schemas['TokenSet']> => {
      const user = await users.findByEmail(normaliseEmail(email));
      const attempt = {
        email: normaliseEmail(email),
        ip: client.ip,
        isKnownAddress: async () => user !== undefined && sessions.isKnownAddress(user.id, client.ip),
      };
      await throttle.attempt(attempt);
      const matches = await passwords.verify(password, user?.password_hash);
      if (user === undefined || !matches || user.disabled_at !== null) throw new InvalidCredentialsError();
      if (user.password_hash !== null && passwords.isOutdated(user.password_hash)) {
        await users.setPasswordHash(user.id, await passwords.hash(password));
      }
      await throttle.succeed(attempt);
      const scopes = grantScopes(scope, scopesOf(user.role as Role));
      return transaction(database, (trx) => sessions.open(trx, user, scopes, client));
    },
  };
}

export type AuthService = ReturnType<typeof authService>;

/** What was asked for, as far as it exists (RFC 6749 section 3.3). */
function grantScopes(asked: string | undefined, available: readonly Scope[]): readonly Scope[] {
  const wanted = (asked ?? '').split(' ').filter((scope) => scope !== '');
  if (wanted.length === 0) return available;
  const granted = available.filter((scope) => wanted.includes(scope));
  if (granted.length > 0) return granted;
  throw new InvalidInputError([
    { pointer: '/scope', code: 'not_allowed', message: 'names no scope that there is' },
  ]);
}
