import type { Schemas } from '../src/contract/types.ts';

/** An account and what the bench asks for of it. */
export interface Account {
  readonly id: string;
  readonly email: string;
  /** Value of the `Authorization` header. */
  readonly authorization: string;
  /** One of its tasks. */
  readonly task: string;
  /** Cursor behind the first page. */
  readonly cursor: string;
  /** Entity tag of its first page. */
  readonly tag: string;
}

/** More than there are connections, so that no two of these write the same rows. */
const ACCOUNTS = 32;
const TASKS = 200;
/** That a batch may hold. */
const BATCH = 100;
/** Registered at once; each needs a hash. */
const PARALLEL = 4;
export const PASSWORD = 'a long bench password';

/** Accounts with tasks of about 300 bytes each, made through the API, so that every version can be filled like this. */
export async function seed(origin: string): Promise<Account[]> {
  const accounts: Account[] = [];
  while (accounts.length < ACCOUNTS) {
    const some = Array.from({ length: PARALLEL }, (_, index) =>
      createAccount(origin, `bench-${accounts.length + index}@example.com`),
    );
    accounts.push(...(await Promise.all(some)));
  }
  return accounts;
}

async function createAccount(origin: string, email: string): Promise<Account> {
  const user = await register(origin, email);
  for (let first = 0; first < TASKS; first += BATCH) {
    const operations = Array.from({ length: BATCH }, (_, index) => creation(first + index));
    await post(`${origin}/api/v1/tasks/batch`, 200, { operations }, user.authorization);
  }
  return readAccount(origin, user);
}

export async function register(
  origin: string,
  email: string,
): Promise<Pick<Account, 'id' | 'email' | 'authorization'>> {
  const body = { email, password: PASSWORD };
  const session = await post<Schemas['TokenSet']>(`${origin}/api/v1/auth/register`, 201, body);
  return { id: session.user.id, email, authorization: `Bearer ${session.access_token}` };
}

/** @param account whose list may have changed since it was made */
export async function readAccount(
  origin: string,
  { id, email, authorization }: Pick<Account, 'id' | 'email' | 'authorization'>,
): Promise<Account> {
  const response = await fetch(`${origin}/api/v1/tasks`, { headers: { Authorization: authorization } });
  const tag = response.headers.get('ETag');
  const list = (await response.json()) as Schemas['TaskList'];
  const task = list.items.at(-1)?.id;
  if (tag === null || task === undefined || list.next_cursor === null)
    throw new Error('The tasks are not there');
  return { id, email, authorization, task, cursor: list.next_cursor, tag };
}

function creation(index: number): object {
  const description = 'Something that has to be done soon, '.repeat(3);
  return { op: 'create', task: { title: `Task number ${index}`, description } };
}

async function post<T>(url: string, status: number, body: object, authorization = ''): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
