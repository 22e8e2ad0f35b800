import type { Test } from 'supertest';
import { expect } from 'vitest';
import { ABSENT_ID } from './requests.ts';
import { comparable, limitedTo, storedData, userWithTask } from './scenes.ts';
import type { TestApp, TestUser } from './test-app.ts';

type Agent = TestApp['anonymous'] | ReturnType<TestApp['as']>;
/** One request to a path below a user: of the tasks, or of the task with the id that is given. */
export type SendBelow = (caller: Agent, path: string) => Test;

/** Every way in which a user's own tasks can be called. */
export function ownPaths({ id }: Pick<TestUser, 'id'>): string[] {
  return ['me', id, id.toUpperCase()].map((name) => `/api/v1/users/${name}/tasks`);
}

/** What all the operations below a user refuse, and that they change nothing then. @param isOne of a task, not of all */
export async function refuseOthers(
  app: TestApp,
  { scope, isOne, send }: { readonly scope: string; readonly isOne: boolean; readonly send: SendBelow },
): Promise<void> {
  const [own, other] = [await userWithTask(app), await userWithTask(app)];
  const below = (name: string, task: string): string =>
    `/api/v1/users/${name}/tasks${isOne ? `/${task}` : ''}`;
  await send(app.anonymous, below('me', own.task.id)).expect(401);
  const limited = await limitedTo(app, own.user, scope);
  await send(app.as(limited), below('me', own.task.id)).expect(403);

  const before = [await storedData(app, own.user), await storedData(app, other.user)];
  const caller = app.as(own.user);
  // The user's own task by somebody else's path, somebody else's task by either path, and what nobody has.
  const answers = [
    await send(caller, below(other.user.id, own.task.id)).expect(404),
    await send(caller, below(other.user.id, other.task.id)).expect(404),
    await send(caller, below(ABSENT_ID, own.task.id)).expect(404),
    ...(isOne ? [await send(caller, below('me', other.task.id)).expect(404)] : []),
    ...(isOne ? [await send(caller, below(own.user.id, ABSENT_ID)).expect(404)] : []),
  ];
  const texts = answers.map((answer) => comparable(answer).replace(/"instance":"[^"]*"/, '"instance":""'));
  expect([...new Set(texts)]).toHaveLength(1);
  for (const name of ['Me', 'you', '17', `${own.user.id}0`]) {
    await send(caller, below(name, own.task.id)).expect(422);
  }
  expect([await storedData(app, own.user), await storedData(app, other.user)]).toEqual(before);
}
