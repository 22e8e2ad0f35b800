/** One program, two servers: what the generated client does against the mock differs by the address alone. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Mock } from '../../mock/src/server.ts';
import type { Schemas } from '../../src/contract/types.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { startTestMock } from './support.ts';

/** The parts of the client that are used here; its own types need the DOM, which this repository has not. */
interface Client {
  Configuration: new (options: { basePath: string; accessToken?: () => Promise<string> }) => object;
  AuthApi: new (
    configuration: object,
  ) => {
    registerUser(parameters: { userRegister: object }): Promise<Schemas['TokenSet']>;
    login(parameters: { loginCredentials: object }): Promise<Schemas['TokenSet']>;
  };
  TasksApi: new (
    configuration: object,
  ) => {
    createTask(parameters: { taskCreate: object }): Promise<Schemas['Task']>;
    getTask(parameters: { taskId: string }): Promise<Schemas['Task']>;
    updateTask(parameters: { taskId: string; taskUpdate: object }): Promise<Schemas['Task']>;
    listTasks(parameters: { size?: number; cursor?: string }): Promise<Schemas['TaskList']>;
    deleteTask(parameters: { taskId: string }): Promise<void>;
  };
  ResponseError: new (...parameters: never[]) => Error & { response: Response };
}

let client: Client;
let mock: Mock;
let app: TestApp;
beforeAll(async () => {
  const index = join(import.meta.dirname, '../../generated/client/index.ts');
  client = await import(/* @vite-ignore */ pathToFileURL(index).href);
  [mock, app] = await Promise.all([startTestMock(), createTestApp()]);
});
afterAll(() => Promise.all([mock.stop(), app.close()]));

/** Everything that a small front end does. */
async function program(basePath: string): Promise<string[]> {
  const done: string[] = [];
  const email = `ada-${Date.now()}@example.com`;
  const password = 'correct horse battery';
  const auth = new client.AuthApi(new client.Configuration({ basePath }));
  await auth.registerUser({ userRegister: { email, password } });
  const { access_token: token, user } = await auth.login({ loginCredentials: { email, password } });
  done.push(`logged in as a ${user.role}`);

  const accessToken = async () => `Bearer ${token}`;
  const tasks = new client.TasksApi(new client.Configuration({ basePath, accessToken }));
  const { id: taskId, title } = await tasks.createTask({ taskCreate: { title: 'Buy milk' } });
  done.push(`created ${title}`, `read ${(await tasks.getTask({ taskId })).title}`);
  await tasks.updateTask({ taskId, taskUpdate: { description: null } });

  let seen = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await tasks.listTasks({ size: 50, ...(cursor === undefined ? {} : { cursor }) });
    seen += page.items.length;
    cursor = page.next_cursor;
  }
  done.push(`iterated over ${seen}`);
  await tasks.deleteTask({ taskId });

  const refusal = await tasks.createTask({ taskCreate: { title: '' } }).catch((error: unknown) => error);
  if (!(refusal instanceof client.ResponseError)) throw new Error('An empty title was taken');
  const problem = (await refusal.response.json()) as Schemas['Problem'];
  done.push(`refused ${problem.errors?.[0]?.pointer}`);
  return done;
}

test('the generated client works against the mock as it does against the server', async () => {
  const { port } = app.server.address() as { port: number };
  const real = await program(`http://127.0.0.1:${port}`);
  expect(real).toEqual([
    'logged in as a user',
    'created Buy milk',
    'read Buy milk',
    'iterated over 1',
    'refused /title',
  ]);
  expect(await program(mock.url)).toEqual(real);
});
