import pg from 'pg';
import { codeOf, EmbeddedServerError, messageOf } from './errors.ts';
import type { Layout } from './layout.ts';
import { type Passwords, wrongPassword } from './password.ts';

const NAME = 'taskpact';
const NO_SUCH_DATABASE = '3D000';
const WRONG_PASSWORD = '28P01'; // also what an unknown role gets

/**
 * What the application connects to: role and database `taskpact`. The role owns the database and may create others, but
 * is no superuser: who gets SQL past the application must not get at files and programs.
 */
export function applicationUrl(port: number, passwords: Passwords): string {
  // Without sslmode, a PGSSLMODE in the environment would be obeyed.
  return `postgres://${NAME}:${passwords.application}@127.0.0.1:${port}/${NAME}?sslmode=disable`;
}

/** Makes sure that the application can connect: creates the role and the database if they are missing. */
export async function prepareDatabase(
  port: number,
  passwords: Passwords,
  layout: Layout,
  isNew: boolean,
): Promise<void> {
  if (!isNew && (await canConnect(applicationUrl(port, passwords), layout))) return;
  const url = `postgres://postgres:${passwords.superuser}@127.0.0.1:${port}/postgres?sslmode=disable`;
  try {
    await withClient(url, (client) => createRoleAndDatabase(client, passwords.application));
  } catch (error) {
    throw codeOf(error) === WRONG_PASSWORD ? wrongPassword(layout) : unusable(error, layout);
  }
}

async function canConnect(url: string, layout: Layout): Promise<boolean> {
  try {
    await withClient(url, async () => {});
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === NO_SUCH_DATABASE || code === WRONG_PASSWORD) return false;
    throw unusable(error, layout);
  }
}

async function createRoleAndDatabase(client: pg.Client, password: string): Promise<void> {
  const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [NAME]);
  const verb = role.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${NAME} LOGIN CREATEDB PASSWORD '${password}'`);
  // The application reports its own errors; the server's log is for those that nobody else hears of.
  await client.query(`ALTER ROLE ${NAME} SET log_min_messages = log`);
  const database = await client.query('SELECT FROM pg_database WHERE datname = $1', [NAME]);
  if (database.rowCount === 0) await client.query(`CREATE DATABASE ${NAME} OWNER ${NAME}`);
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a lost connection also fails the query, which tells
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function unusable(error: unknown, layout: Layout): EmbeddedServerError {
  return new EmbeddedServerError(
    'start',
    `The embedded PostgreSQL in ${layout.cluster} has started, but can't be used: ${messageOf(error)}. Its log is ` +
      `${layout.log}; pg_hba.conf and postgresql.conf beside the data may have been changed.`,
    error,
  );
}
