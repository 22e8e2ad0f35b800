/**
 * Makes the first admin of a server, without mail.
 *
 *   npm run admin:create -- --email ada@example.com [--name 'Ada Lovelace']
 *       makes an account, with a password that is shown once; or with the first line of standard input, by --password-stdin
 *   npm run admin:create -- --email ada@example.com --promote
 *       makes the account that has the address an admin's, if there is one; its password stays, its sessions end
 *
 * Once there is an admin, admins make others. If nobody can get at that account any more, --force makes one all the same.
 * The database is that of DATABASE_URL or, if that is not set, the embedded one in DATA_DIR; no server may be running on
 * that. Exit code 0: done. 1: it is not, and why.
 */
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type AppointmentResult, firstAdmin } from '../src/admin/first-admin.ts';
import { isCommonPassword } from '../src/auth/common-passwords.ts';
import { createPasswords } from '../src/auth/passwords.ts';
import { isEmailAddress, loadDatabaseConfig } from '../src/config.ts';
import { loadDocument } from '../src/contract/document.ts';
import { migrateUp, pendingMigrations } from '../src/db/migrations.ts';
import { usersRepository } from '../src/users/users.repository.ts';
import { CommandError, explain, withDatabase } from './with-database.ts';

const { schemas } = loadDocument().document.components;

interface Wish {
  readonly email: string;
  readonly name: string | null;
  readonly promote: boolean;
  readonly force: boolean;
  readonly readsPassword: boolean;
}

function parseCommand(): Wish {
  const { values } = parse();
  const { email = '', name, promote = false, force = false } = values;
  if (!isEmailAddress(email)) throw new CommandError('Say whose: --email ada@example.com');
  if (name?.trim() === '' || [...(name ?? '')].length > schemas.PersonName.maxLength)
    throw new CommandError('--name is empty or too long.');
  return { email, name: name ?? null, promote, force, readsPassword: values['password-stdin'] === true };
}

function parse() {
  try {
    return parseArgs({
      options: {
        email: { type: 'string' },
        name: { type: 'string' },
        promote: { type: 'boolean' },
        force: { type: 'boolean' },
        'password-stdin': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function readPassword(): Promise<string> {
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  const { minLength, maxLength } = schemas.NewPassword;
  if (line.length < minLength || Buffer.byteLength(line) > maxLength) {
    throw new CommandError(`A password has at least ${minLength} characters and at most ${maxLength} bytes.`);
  }
  if (isCommonPassword(line))
    throw new CommandError('That password is widely used and would be guessed early.');
  return line;
}

const REFUSALS: Readonly<Partial<Record<AppointmentResult, string>>> = {
  has_admin: 'there is an admin already, who can make others; --force makes one all the same.',
  taken: 'there is an account with this address already; --promote makes it an admin.',
};

async function main(): Promise<void> {
  const { readsPassword, ...wish } = parseCommand();
  const config = loadDatabaseConfig();
  const password = readsPassword ? await readPassword() : randomBytes(18).toString('base64url');
  const passwordHash = await createPasswords({ cost: config.bcryptCost }).hash(password);
  const outcome = await withDatabase(config, async (database) => {
    if (config.database.url === undefined) await migrateUp(database);
    else if ((await pendingMigrations(database)).length > 0)
      throw new CommandError('The database lacks migrations: run `npm run migrate`.');
    const users = usersRepository(database);
    const { timezone } = schemas.AdminUserCreate.properties;
    const appointments = firstAdmin({ database, users, timezone: timezone.default, now: () => new Date() });
    return appointments.appoint({ ...wish, passwordHash });
  });
  const refusal = REFUSALS[outcome];
  if (refusal !== undefined) throw new CommandError(refusal);
  console.log(`${wish.email} is an admin now.`);
  if (outcome === 'promoted') console.log('The password of the account is the one that it had.');
  else if (!readsPassword) console.log(`The password, which is shown only here: ${password}`);
}

try {
  await main();
} catch (error) {
  console.error(`Taskpact can't make an admin: ${explain(error)}`);
  process.exitCode = 1;
}
