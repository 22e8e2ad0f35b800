import type { Test } from 'supertest';
import { expect } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import type { EventRow, TaskRow, UserRow } from '../../src/db/tables.ts';
import { ABSENT_ID } from './requests.ts';
import type { TestApp, TestUser } from './test-app.ts';

type Agent = TestApp['anonymous'] | ReturnType<TestApp['as']>;
/** One request about the task at the path. */
type Send = (caller: Agent, path: string) => Test;

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
  return logIn(app, user, { scope });
}

/** The user with a new session. */
export async function logInAgain(
  app: TestApp,
  user: TestUser,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestUser> {
  return logIn(app, user, {}, headers);
}

async function logIn(
  app: TestApp,
  user: TestUser,
  fields: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestUser> {
  const credentials = { email: user.email, password: user.password, ...fields };
  const { body } = await app.anonymous.post('/api/v1/auth/login').set(headers).send(credentials).expect(200);
  return { ...user, tokens: body, authorization: `Bearer ${body.access_token}` };
}

/** A task in which no field has its default. */
export const FULL_TASK = {
  title: 'Buy milk',
  description: 'The blue carton.',
  status: 'in_progress',
  priority: 'high',
} as const;

/** Asks for a write without a token and without the scope for it; both must be refused, and change nothing. */
export async function refuseUnentitled(app: TestApp, send: Send): Promise<void> {
  const { user, task, path } = await userWithTask(app);
  await send(app.anonymous, path).expect(401);
  await send(app.as(await limitedTo(app, user, 'tasks:read')), path).expect(403);
  expect(await storedTask(app, task.id)).toEqual(asStored(task));
}

/**
 * Asks the same of a task of somebody else, of one that is deleted and of one that never was; each must be answered 404.
 * @returns the different answers that there were; none but one is right
 */
export async function answersForAbsent(app: TestApp, send: Send): Promise<string[]> {
  const [{ user, task, path }, stranger] = [await userWithTask(app), await app.register()];
  const foreign = await send(app.as(stranger), path).expect(404);
  expect(await storedTask(app, task.id)).toEqual(asStored(task));
  await app.as(user).delete(path).expect(204);
  const deleted = await send(app.as(user), path).expect(404);
  await app.database('tasks').where({ id: task.id }).delete();
  const absent = await send(app.as(stranger), path).expect(404);
  expect(await app.database('tasks').where({ user_id: stranger.id })).toEqual([]);
  return [...new Set([foreign, deleted, absent].map(comparable))];
}

/** Asks for a write on condition of versions that are not there; each must be answered 412 with the task as it is. */
export async function refuseOtherVersions(app: TestApp, send: Send): Promise<void> {
  const { user, task, path } = await userWithTask(app, FULL_TASK);
  for (const tag of ['"2"', 'W/"1"', 'W/"1", "3"', '"7", "8"', '"1x"']) {
    const response = await send(app.as(user), path).set('If-Match', tag).expect(412);
    expect(response.headers.etag).toBe('"1"');
    expect(response.body).toMatchObject({ code: 'precondition_failed', current: task });
  }
  expect(await storedTask(app, task.id)).toEqual(asStored(task));
  expect(await eventsOf(app, user)).toHaveLength(1);
}

/** The id of the session that the user's access token belongs to. */
export function sessionIdOf({ tokens }: Pick<TestUser, 'tokens'>): string {
  const [, claims = ''] = tokens.access_token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).sid;
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

/** What of a task is stored; whether it is overdue depends on the time. */
export type StoredTask = Omit<Schemas['Task'], 'is_overdue'>;

/** What should be stored of a task that was answered. */
export function asStored({ is_overdue: _, ...task }: Schemas['Task']): StoredTask {
  return task;
}

/** The task as it is stored, deleted or not, in the contract's form. */
export async function storedTask(app: TestApp, id: string): Promise<StoredTask | undefined> {
  const row = await app.database<TaskRow & { search: string }>('tasks').where({ id }).first();
  if (row === undefined) return undefined;
  const { search: _, due_date: date, due_time: time, due_timezone: timezone, ...fields } = row;
  const tags = await app
    .database('task_tags')
    .join('tags', { 'tags.user_id': 'task_tags.user_id', 'tags.id': 'task_tags.tag_id' })
    .where({ task_id: id })
    .orderBy('name_norm')
    .pluck('name');
  return { ...fields, due: date === null ? null : { date, time, timezone }, tags } as StoredTask;
}

/** What the user's history says, oldest first. */
export async function eventsOf(app: TestApp, { id }: Pick<TestUser, 'id'>): Promise<EventRow[]> {
  return app.database<EventRow>('events').where({ user_id: id }).orderBy('seq');
}

/** Everything that is stored of the user, as text, for telling that nothing was changed. */
export async function storedData(
  app: TestApp,
  { id }: Pick<TestUser, 'id'>,
  without: readonly string[] = [],
): Promise<string> {
  const { rows: tables } = await app.database.raw<{ rows: { name: string }[] }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'user_id' order by 1`,
  );
  const stored = [await app.database('users').where({ id })];
  for (const { name } of tables.filter((table) => !without.includes(table.name))) {
    stored.push(await app.database(name).where({ user_id: id }).orderByRaw('1, 2'));
  }
  return JSON.stringify(stored);
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
