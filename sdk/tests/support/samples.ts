import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  memoryTokenStore,
  type Task,
  Taskpact,
  type TaskpactOptions,
  type TokenSet,
  type TokenStore,
  type User,
} from '../../src/index.ts';

/** The contract's own examples, so that fields which it gets later are in the samples, too. */
const { examples } = parse(
  readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'),
).components;

export const TASK_ID = '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a';

export const task: Task = { ...examples.Task.value, id: TASK_ID, title: 'Buy milk', version: 3 };

export const user: User = { ...examples.User.value };

/** Tokens that can be told apart by their number. */
export function tokens(number: number): TokenSet {
  const access_token = `access-${number}`;
  const refresh_token = `refresh-${number}`;
  return { ...examples.TokenSet.value, access_token, refresh_token, user };
}

/** A client that is logged in with the first tokens, and its store. */
export function loggedIn(
  baseUrl: string,
  options: Partial<TaskpactOptions> = {},
): { client: Taskpact; store: TokenStore } {
  const store = memoryTokenStore(tokens(1));
  return { client: new Taskpact({ baseUrl, tokens: store, ...options }), store };
}

/** What a promise is rejected with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}
