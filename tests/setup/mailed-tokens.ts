import { v7 as uuidv7 } from 'uuid';
import { actionTokens, type Purpose } from '../../src/auth/action-tokens.ts';
import { deriveKeys, secretsOf } from '../../src/keys.ts';
import { usersRepository } from '../../src/users/users.repository.ts';
import type { TestApp, TestUser } from './test-app.ts';

/** A token as a mail to the user would hold it, without the mail. @param life seconds */
export async function mailedToken(
  app: Pick<TestApp, 'config' | 'database'>,
  user: Pick<TestUser, 'id' | 'email'>,
  purpose: Purpose,
  { email = user.email, life = 3600 } = {},
): Promise<string> {
  const [key] = deriveKeys(secretsOf(app.config), 'action token');
  const tokens = actionTokens({ users: usersRepository(app.database), key, now: () => new Date() });
  const wanted = { userId: user.id, id: uuidv7(), purpose, email, life };
  const token = await app.database.transaction((trx) => tokens.issue(trx, wanted));
  if (token === undefined) throw new Error('The token was not issued');
  return token;
}

/** What waits in the queue for the user. */
export async function queuedMails(app: TestApp, { id }: Pick<TestUser, 'id'>): Promise<string[]> {
  const rows: { mail: string }[] = await app
    .database('pgboss.job')
    .whereRaw("data ->> 'user_id' = ?", [id])
    .orderBy('created_on')
    .select(app.database.raw("data ->> 'mail' as mail"));
  return rows.map(({ mail }) => mail);
}
