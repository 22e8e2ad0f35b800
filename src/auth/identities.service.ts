import type { Audit } from '../audit.ts';
import type { Database } from '../db/knex.ts';
import { optimistically } from '../db/optimistic.ts';
import type { ExternalIdentityRow, UserRow } from '../db/tables.ts';
import { transaction } from '../db/transaction.ts';
import { IdentityNotLinkedError } from '../errors.ts';
import { normaliseEmail } from '../users/addresses.ts';
import { newUser } from '../users/new-user.ts';
import type { UsersRepository } from '../users/users.repository.ts';
import type { ExternalClaims } from './external-tokens.ts';
import type { IdentitiesRepository } from './identities.repository.ts';

export interface IdentitiesServiceOptions {
  readonly database: Database;
  readonly identities: IdentitiesRepository;
  readonly users: UsersRepository;
  readonly audit: Audit;
  readonly issuer: string;
  /** Of new accounts: tokens name none. */
  readonly timezone: string;
  readonly now: () => Date;
}

/** Which account belongs to somebody who logs in at the other issuer. */
export function identitiesService(options: IdentitiesServiceOptions) {
  const { database, identities, users, audit, issuer, now } = options;

  const findKnown = async (subject: string): Promise<string | undefined> => {
    const identity = await identities.find(issuer, subject);
    if (identity === undefined) return undefined;
    if ((await users.findById(identity.user_id)) !== undefined) return identity.user_id;
    // The account was deleted at the very moment that it was linked.
    await identities.removeOrphan(identity);
    return undefined;
  };

  const newIdentity = (subject: string, userId: string): ExternalIdentityRow => ({
    issuer,
    subject,
    user_id: userId,
    created_at: now().toISOString(),
  });

  /** Whoever made the account has proved its address, so whom the issuer gives the same address is the same person. */
  const link = async (subject: string, { id }: UserRow): Promise<string> => {
    await transaction(database, async (trx) => {
      // Anybody can register an address that is not theirs, and would keep the password to an account that its owner
      // takes for their own.
      if (!(await identities.lockVerified(trx, id))) {
        throw new IdentityNotLinkedError(
          'There is an account with the e-mail address of the access token, but the address is not proved there.',
        );
      }
      if (!(await identities.insert(trx, newIdentity(subject, id)))) throw new OvertakenError();
    });
    audit.record('identity.linked', { user: id, issuer });
    return id;
  };

  const create = async ({ subject, name }: ExternalClaims, email: string): Promise<string> => {
    const { timezone } = options;
    // The issuer vouches for the address, and there is no password.
    const given = { email, name, timezone, role: 'user', password_hash: null };
    const user = { ...newUser(given, now()), email_verified: true };
    await transaction(database, async (trx) => {
      const isFirst =
        (await users.insert(trx, user, normaliseEmail(email))) &&
        (await identities.insert(trx, newIdentity(subject, user.id)));
      if (!isFirst) throw new OvertakenError();
    });
    audit.record('account.created', { user: user.id, actor: 'issuer', issuer });
    return user.id;
  };

  return {
    /**
     * Finds the account, links the one that has the same address, or makes a new one.
     *
     * @returns id of the account
     * @throws IdentityNotLinkedError when the address is not proved, on either side
     */
    findUser: (claims: ExternalClaims): Promise<string> =>
      optimistically(async () => {
        const known = await findKnown(claims.subject);
        if (known !== undefined) return known;
        const { verifiedEmail: email } = claims;
        if (email === undefined) {
          throw new IdentityNotLinkedError(
            'The access token names no e-mail address that its issuer has verified.',
          );
        }
        const owner = await users.findByEmail(normaliseEmail(email));
        const settled = owner === undefined ? create(claims, email) : link(claims.subject, owner);
        return settled.catch((error: unknown) => {
          if (error instanceof OvertakenError) return undefined;
          throw error;
        });
      }),
  };
}

export type IdentitiesService = ReturnType<typeof identitiesService>;

/** Another request of the same user, or somebody who registers with the address, was faster: the transaction is undone. */
class OvertakenError extends Error {}
