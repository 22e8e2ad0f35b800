import { expect } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { createTask, eventsOf } from './scenes.ts';
import type { TestApp, TestUser } from './test-app.ts';

type Task = Schemas['Task'];

export const TASKS = '/api/v1/tasks';

export const pathOf = ({ id }: Pick<Task, 'id'>): string => `${TASKS}/${id}`;

export async function getTask(app: TestApp, user: TestUser, { id }: Pick<Task, 'id'>): Promise<Task> {
  return (await app.as(user).get(pathOf({ id })).expect(200)).body;
}

export async function patchTask(
  app: TestApp,
  user: TestUser,
  task: Pick<Task, 'id'>,
  patch: object,
): Promise<Task> {
  return (await app.as(user).patch(pathOf(task)).send(patch).expect(200)).body;
}

/** A task of the user with this many subtasks. */
export async function createFamily(
  app: TestApp,
  user: TestUser,
  count: number,
  fields: Partial<Schemas['TaskCreate']> = {},
): Promise<{ parent: Task; subtasks: Task[] }> {
  const parent = await createTask(app, user, fields);
  const subtasks: Task[] = [];
  for (let number = 1; number <= count; number += 1) {
    subtasks.push(await createTask(app, user, { title: `Step ${number}`, parent_id: parent.id }));
  }
  return { parent, subtasks };
}

/** What happened to the resources, oldest first: type and id of each. */
export async function happenings(app: TestApp, user: TestUser, after = 0): Promise<[string, string][]> {
  const events = await eventsOf(app, user);
  return events.slice(after).map(({ type, resource_id }) => [type, resource_id]);
}

/** The numbers of the user's events have no gap, and the counter stands at the last. */
export async function expectGapless(app: TestApp, user: TestUser): Promise<void> {
  const numbers = (await eventsOf(app, user)).map(({ seq }) => Number(seq));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const counter = await app.database('user_counters').where({ user_id: user.id }).first();
  expect(counter?.seq).toBe(String(numbers.length));
}
