import type { Schemas } from '../../src/contract/types.ts';
import type { EventRow, TaskRow, UserRow } from '../../src/db/tables.ts';
import { ABSENT_ID } from './requests.ts';
import type { TestApp, TestUser } from './test-app.ts';

/** Where tests begin: a user with a task, a token with one scope. */

export interface TaskScene {
  readonly user: TestUser;
  readonly task: Schemas['Task'];
  readonly path: string;
}

/** A path of a task that nobody has. */
export const ABSENT_TASK = `/api/v1/tasks/${ABSENT_ID}`;

/** A new user with one task. */
export async function userWithTask(
  app: TestApp,
  fields: Partial<Schemas['TaskCreate']> = {},
): Promise<TaskScene> {
  const user = await app.register();
  const task = await createTask(app, user, fields);
  return { user, task, path: `/api/v1/tasks/${task.id}` };
}

export async function createTask(
  app: TestApp,
  user: TestUser,
  fields: Partial<Schemas['TaskCreate']> = {},
): Promise<Schemas['Task']> {
  const body = { title: 'Buy milk', ...fields };
  const response = await app.as(user).post('/api/v1/tasks').send(body).expect(201);
  return response.body;
}

/** The user with a new session that has only these scopes. */
export async function limitedTo(app: TestApp, user: TestUser, scope: string): Promise<TestUser> {
  const credentials = { email: user.email, password: user.password, scope };
  const { body } = await app.anonymous.post('/api/v1/auth/login').send(credentials).expect(200);
  return { ...user, tokens: body, authorization: `Bearer ${body.access_token}` };
}

/** A new account with the role, and a session that it got with it. */
export async function registerAdmin(app: TestApp): Promise<TestUser> {
  const user = await app.register();
  await app.database('users').where({ id: user.id }).update({ role: 'admin' });
  return limitedTo(app, user, '');
}

/** The account as it is stored. */
export async function storedUser(app: TestApp, { id }: Pick<TestUser, 'id'>): Promise<UserRow | undefined> {
  return app.database<UserRow>('users').where({ id }).first();
}

/** The task as it is stored, deleted or not. */
export async function storedTask(app: TestApp, id: string): Promise<TaskRow | undefined> {
  return app.database<TaskRow>('tasks').where({ id }).first();
}

/** What the user's history says, oldest first. */
export async function eventsOf(app: TestApp, { id }: Pick<TestUser, 'id'>): Promise<EventRow[]> {
  return app.database<EventRow>('events').where({ user_id: id }).orderBy('seq');
}

/** A problem without what differs between any two requests, for comparing answers byte by byte. */
export function comparable({
  text,
  body,
}: {
  readonly text: string;
  readonly body: { request_id?: string };
}): string {
  return text.replace(String(body.request_id), 'request-id');
}
