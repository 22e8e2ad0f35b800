import type { Audit } from '../audit.ts';
import type { ClientInfo } from '../contract/types.ts';
import type { UserRow } from '../db/tables.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { normaliseEmail } from '../users/addresses.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Passwords } from './passwords.ts';
import type { SessionsService } from './sessions.service.ts';

export interface PasswordAttempt {
  /** The address of the account, or what somebody takes for one. */
  readonly email: string;
  /** Whose password it is said to be; undefined when there is no such account. */
  readonly user: UserRow | undefined;
  readonly password: string;
  readonly client: ClientInfo;
}

/** The one place where a password that somebody sent is held against an account's, so that every wrong one counts. */
export interface PasswordCheck {
  /**
   * Takes as long for an account that does not exist, or has no password. A wrong one is a failed login, whatever it was
   * asked for.
   *
   * @throws RateLimitedError when there were too many wrong ones
   */
  matches(attempt: PasswordAttempt): Promise<boolean>;
  /**
   * For operations that want to know the password once more, as `current_password` in the body.
   *
   * @throws ConflictError when the account has no password
   * @throws InvalidInputError when it is another one
   */
  require(user: UserRow, password: string, client: ClientInfo): Promise<void>;
}

export interface PasswordCheckOptions {
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  readonly sessions: Pick<SessionsService, 'isKnownAddress'>;
  readonly audit: Audit;
}

export function passwordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { passwords, throttle, sessions, audit } = options;
  const matches = async ({ email, user, password, client }: PasswordAttempt): Promise<boolean> => {
    const attempt = {
      email: normaliseEmail(email),
      ip: client.ip,
      isKnownAddress: async () => user !== undefined && sessions.isKnownAddress(user.id, client.ip),
    };
    await throttle.attempt(attempt);
    const isRight = await passwords.verify(password, user?.password_hash);
    if (isRight) await throttle.succeed(attempt);
    else audit.record('login.failed', { user: user?.id ?? null, ip: client.ip });
    return isRight;
  };
  return {
    matches,
    require: async (user, password, client) => {
      if (user.password_hash === null) throw new ConflictError('conflict', 'The account has no password.');
      if (!(await matches({ email: user.email, user, password, client }))) throw incorrectPassword();
    },
  };
}

export function incorrectPassword(): InvalidInputError {
  const message = 'is not the password of the account';
  return new InvalidInputError([{ pointer: '/current_password', code: 'incorrect', message }]);
}
