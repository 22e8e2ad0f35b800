import type { Test } from 'supertest';
import { expect } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { comparable, createTask, eventsOf, limitedTo } from './scenes.ts';
import type { TestApp, TestUser } from './test-app.ts';

type Agent = TestApp['anonymous'] | ReturnType<TestApp['as']>;
/** One request about the project or tag at the path. */
type Send = (caller: Agent, path: string) => Test;

/** Where tests of projects and tags begin. */
export type Kind = 'projects' | 'tags';

/** A project in which no field has its default. */
export const FULL_PROJECT = {
  name: 'Kitchen',
  description: 'New tiles first.',
  color: '#3366cc',
  archived: true,
  position: 'jV',
} as const;

export async function createProject(
  app: TestApp,
  user: TestUser,
  fields: Partial<Schemas['ProjectCreate']> = {},
): Promise<Schemas['Project']> {
  const body = { name: 'Kitchen', ...fields };
  return (await app.as(user).post('/api/v1/projects').send(body).expect(201)).body;
}

export async function createTag(
  app: TestApp,
  user: TestUser,
  fields: Partial<Schemas['TagCreate']> = {},
): Promise<Schemas['Tag']> {
  const body = { name: 'errands', ...fields };
  return (await app.as(user).post('/api/v1/tags').send(body).expect(201)).body;
}

/** A new user with a project, and the path of it. */
export async function userWithProject(app: TestApp, fields: Partial<Schemas['ProjectCreate']> = {}) {
  const user = await app.register();
  const project = await createProject(app, user, fields);
  return { user, project, path: `/api/v1/projects/${project.id}` };
}

/** A new user with a tag, and the path of it. */
export async function userWithTag(app: TestApp, fields: Partial<Schemas['TagCreate']> = {}) {
  const user = await app.register();
  const tag = await createTag(app, user, fields);
  return { user, tag, path: `/api/v1/tags/${tag.id}` };
}

/** A new task in the project. */
export async function taskIn(
  app: TestApp,
  user: TestUser,
  { id }: Pick<Schemas['Project'], 'id'>,
  fields: Partial<Schemas['TaskCreate']> = {},
): Promise<Schemas['Task']> {
  return createTask(app, user, { ...fields, project_id: id });
}

/** A new task with the tag. */
export async function tagged(
  app: TestApp,
  user: TestUser,
  tag: Schemas['Tag'],
  fields: Partial<Schemas['TaskCreate']> = {},
): Promise<Schemas['Task']> {
  return createTask(app, user, { ...fields, tags: [tag.name] });
}

/** Asks for a write without a token and without the scope for it; both must be refused, and change nothing. */
export async function refuseUnentitledTo(app: TestApp, kind: Kind, send: Send): Promise<void> {
  const { user, path } = await sceneOf(app, kind);
  const before = await app.as(user).get(path).expect(200);
  await send(app.anonymous, path).expect(401);
  await send(app.as(await limitedTo(app, user, 'tasks:read')), path).expect(403);
  const after = await app.as(user).get(path).expect(200);
  expect(after.body).toEqual(before.body);
}

/**
 * Asks the same of one of somebody else, of one that is deleted and of one that never was; each must be answered 404.
 * @returns the different answers that there were; none but one is right
 */
export async function answersForAbsentOf(app: TestApp, kind: Kind, send: Send): Promise<string[]> {
  const [{ user, path, id }, stranger] = [await sceneOf(app, kind), await app.register()];
  const foreign = await send(app.as(stranger), path).expect(404);
  expect(await eventsOf(app, user)).toHaveLength(1);
  await app.as(user).delete(path).expect(204);
  const deleted = await send(app.as(user), path).expect(404);
  await app.database(kind).where({ id }).delete();
  const absent = await send(app.as(stranger), path).expect(404);
  expect(await eventsOf(app, stranger)).toEqual([]);
  return [...new Set([foreign, deleted, absent].map(comparable))];
}

/** Asks for a write on condition of versions that are not there; each must be answered 412 with what is there. */
export async function refuseOtherVersionsOf(app: TestApp, kind: Kind, send: Send): Promise<void> {
  const { user, path } = await sceneOf(app, kind);
  const { body, headers } = await app.as(user).get(path).expect(200);
  for (const tag of ['"2"', 'W/"1"', 'W/"1-0-0", "3"', '"7", "8-1"', '"1x"', '"11"']) {
    const response = await send(app.as(user), path).set('If-Match', tag).expect(412);
    expect(response.headers.etag).toBe(headers.etag);
    expect(response.body).toMatchObject({ code: 'precondition_failed', current: body });
  }
  expect(await eventsOf(app, user)).toHaveLength(1);
}

async function sceneOf(app: TestApp, kind: Kind) {
  if (kind === 'tags') {
    const { user, path, tag } = await userWithTag(app);
    return { user, path, id: tag.id };
  }
  const { user, path, project } = await userWithProject(app);
  return { user, path, id: project.id };
}
