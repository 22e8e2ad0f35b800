import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventRow } from '../../src/db/tables.ts';
import { createTask, userWithTask } from '../setup/scenes.ts';
import { expectGapless, getTask, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('many writers at once', () => {
  it('lets one of twenty patches with the same If-Match through', async () => {
    const { user, task, path } = await userWithTask(app);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app
          .as(user)
          .patch(path)
          .set('If-Match', '"1"')
          .send({ tags: [`tag ${index}`] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await getTask(app, user, task)).toEqual(winner?.body);
  });

  it('are missed by nobody who follows the events, and leave no gap', async () => {
    const user = await app.register();
    const tasks = await Promise.all(Array.from({ length: 5 }, () => createTask(app, user)));
    const follower = follow(user);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const { id } = tasks[index % tasks.length] as (typeof tasks)[0];
        const title = `Task ${index}`;
        switch (index % 5) {
          case 0:
            return app
              .as(user)
              .post(TASKS)
              .send({ title, tags: [`tag ${index % 3}`] });
          case 1:
            return app.as(user).patch(pathOf({ id })).send({ title });
          case 2:
            return app
              .as(user)
              .post(`${pathOf({ id })}/move`)
              .send({ after: null });
          case 3:
            return app
              .as(user)
              .post(TASKS)
              .send({ title, due: { date: '2026-11-28' } });
          default:
            return app
              .as(user)
              .post(`${TASKS}/batch`)
              .send({
                operations: [
                  { op: 'create', task: { title, tags: [`tag ${index % 3}`] } },
                  { op: 'update', id, patch: { description: title } },
                ],
              });
        }
      }),
    );
    expect(answers.filter(({ status }) => status >= 400).map(({ body }) => body)).toEqual([]);
    const followed = await follower.stop();
    expect(followed).toEqual(followed.map((_, index) => index + 1));
    await expectGapless(app, user);
    // Each version of a task is told once, in its order.
    for (const { id } of tasks) {
      const changes = await app.database<EventRow>('events').where({ user_id: user.id, resource_id: id });
      expect((await getTask(app, user, { id })).version).toBe(changes.length);
    }
  });
});

describe('a write that the database refuses for the moment', () => {
  it.each(['40001', '40P01'])('is tried again after %s', async (state) => {
    const { user, task, path } = await userWithTask(app);
    const batch = {
      operations: [
        { op: 'complete', id: task.id },
        { op: 'create', task: { title: 'x' } },
      ],
    };
    for (const send of [
      () => app.as(user).post(TASKS).send({ title: 'Buy milk' }).expect(201),
      () =>
        app
          .as(user)
          .post(TASKS)
          .set('Idempotency-Key', state)
          .send({ title: 'x', tags: [state] })
          .expect(201),
      () => app.as(user).patch(path).send({ title: state }).expect(200),
      () => app.as(user).post(`${path}/move`).send({ before: null }).expect(200),
      () => app.as(user).post(`${TASKS}/batch`).send(batch).expect(200),
      () => app.as(user).delete(path).expect(204),
    ]) {
      await failOnce(state);
      await send();
      const { rows } = await app.database.raw('select last_value from failures');
      expect(Number(rows[0].last_value)).toBeGreaterThan(1);
    }
    await expectGapless(app, user);
  });
});

/** Lets the next event fail with the state of an error; a sequence counts on though the transaction is undone. */
async function failOnce(state: string): Promise<void> {
  await app.database.raw(`
    drop trigger if exists failing on events;
    drop sequence if exists failures;
    create sequence failures;
    create or replace function fail_once() returns trigger language plpgsql as $$
    begin
      if nextval('failures') = 1 then raise exception 'for the moment' using errcode = '${state}'; end if;
      return new;
    end $$;
    create trigger failing before insert on events for each row execute function fail_once();
  `);
}

/** Reads the user's events after the last one that was seen, again and again, as a client that follows them would. */
function follow(user: TestUser) {
  const seen: number[] = [];
  let stopped = false;
  const read = async (): Promise<number> => {
    const rows = await app
      .database<EventRow>('events')
      .where({ user_id: user.id })
      .where('seq', '>', seen.at(-1) ?? 0)
      .orderBy('seq');
    seen.push(...rows.map(({ seq }) => Number(seq)));
    return rows.length;
  };
  const reading = (async () => {
    while (!stopped) await read();
    await read();
  })();
  return {
    stop: async (): Promise<number[]> => {
      stopped = true;
      await reading;
      return seen;
    },
  };
}
