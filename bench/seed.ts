import { v7 as uuidv7 } from 'uuid';
import type { Schemas } from '../src/contract/types.ts';
import { type Database, openDatabase } from '../src/db/knex.ts';
import { lastPosition } from '../src/ordering/positions.ts';
import { lexemesOf } from '../src/tasks/rules/words.ts';

export interface Seed {
  readonly userId: string;
  /** Value of the `Authorization` header. */
  readonly authorization: string;
  /** Cursor behind the first page, and what it stands for. */
  readonly cursor: string;
  readonly position: { readonly created_at: string; readonly id: string };
}

const TASKS = 200;
const OTHERS = 50;

/** One account with tasks of about 300 bytes, which is measured, among others of the same size. */
export async function seed(origin: string, databaseUrl: string): Promise<Seed> {
  const account = await register(origin, 'bench');
  const database = openDatabase({ url: databaseUrl, poolMax: 2, prepare: true });
  try {
    await database.batchInsert('tasks', makeTasks(database, account.userId), 100);
    for (let index = 0; index < OTHERS; index += 1) {
      const id = uuidv7();
      const at = new Date().toISOString();
      await database('users').insert({
        id,
        email: `other-${index}@example.com`,
        role: 'user',
        email_verified: false,
        timezone: 'UTC',
        version: 1,
        created_at: at,
        updated_at: at,
      });
      await database.batchInsert('tasks', makeTasks(database, id), 100);
    }
    await database.raw('analyze');
  } finally {
    await database.destroy();
  }
  const headers = { Authorization: account.authorization };
  const response = await fetch(`${origin}/api/v1/tasks?size=20`, { headers });
  const list = (await response.json()) as Schemas['TaskList'];
  const last = list.items.at(-1);
  if (last === undefined || list.next_cursor === null) throw new Error('The tasks are not there');
  const { created_at, id } = last;
  return { ...account, cursor: list.next_cursor, position: { created_at, id } };
}

async function register(origin: string, name: string): Promise<Pick<Seed, 'userId' | 'authorization'>> {
  const response = await fetch(`${origin}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.com`, password: 'a long bench password' }),
  });
  const { access_token, user } = (await response.json()) as Schemas['TokenSet'];
  return { userId: user.id, authorization: `Bearer ${access_token}` };
}

function makeTasks(database: Database, userId: string): object[] {
  const description = 'Something that has to be done soon, '.repeat(3);
  return Array.from({ length: TASKS }, (_, index) => {
    const at = new Date(Date.now() - index * 60_000).toISOString();
    const title = `Task number ${index}`;
    return {
      user_id: userId,
      id: uuidv7(),
      title,
      description,
      status: 'pending',
      priority: 'none',
      version: 1,
      created_at: at,
      updated_at: at,
      position: lastPosition(new Date(at)),
      search: database.raw('array_to_tsvector(?::text[])', [lexemesOf(userId, `${title} ${description}`)]),
    };
  });
}
