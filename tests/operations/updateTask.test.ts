import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsent,
  asStored,
  eventsOf,
  FULL_TASK,
  refuseOtherVersions,
  refuseUnentitled,
  storedTask,
  userWithTask,
} from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PATCH /api/v1/tasks/{task_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitled(app, (caller, path) => caller.patch(path).send({ title: 'x' }));
  });

  it.each([
    { body: { title: null }, code: 'type' },
    { body: { status: null }, code: 'not_allowed' },
    { body: { priority: null }, code: 'not_allowed' },
    { body: { title: '  ' }, code: 'pattern' },
    { body: { completed_at: null }, code: 'unknown' },
    { body: { deleted_at: null }, code: 'unknown' },
    { body: { user_id: '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a' }, code: 'unknown' },
  ])('answers 422 with $code to $body, and changes nothing', async ({ body, code }) => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    const response = await app
      .as(user)
      .patch(path)
      .send({ description: 'y', ...body })
      .expect(422);
    const [pointer] = Object.keys(body);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer: `/${pointer}`, code }));
    expect(await storedTask(app, task.id)).toEqual(asStored(task));
  });

  it('answers 404 alike for an absent task, a deleted one and one of somebody else', async () => {
    const answers = await answersForAbsent(app, (caller, path) => caller.patch(path).send({ title: 'Mine' }));
    expect(answers).toHaveLength(1);
  });

  it('answers 412 with the task as it is when If-Match names another version', async () => {
    await refuseOtherVersions(app, (caller, path) => caller.patch(path).send({ title: 'x' }));
  });

  it.each(['"1"', '*', '"0", "1"', 'W/"1","1"'])('goes on when If-Match is %s', async (tag) => {
    const { user, path } = await userWithTask(app);
    const response = await app.as(user).patch(path).set('If-Match', tag).send({ title: 'x' }).expect(200);
    expect(response.headers.etag).toBe('"2"');
    await app.as(user).patch(path).set('If-Match', '"1"').send({ title: 'y' }).expect(412);
  });

  it.each(['application/json', 'application/merge-patch+json'])(
    'keeps what is absent and clears what is null, as %s',
    async (type) => {
      const { user, task, path } = await userWithTask(app, FULL_TASK);
      app.advance(1000);
      const response = await app.as(user).patch(path).type(type).send('{"description":null}').expect(200);
      const { updated_at } = response.body;
      expect(response.body).toEqual({ ...task, description: null, version: 2, updated_at });
      expect(updated_at > task.updated_at).toBe(true);
      expect(await storedTask(app, task.id)).toEqual(asStored(response.body));
    },
  );

  it('notes what changed, as it was and as it is', async () => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    const patch = { title: 'Buy oat milk', priority: 'high', description: null };
    const { body } = await app.as(user).patch(path).send(patch).expect(200);
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({
      seq: '2',
      type: 'task.updated',
      resource_id: task.id,
      changed: ['description', 'title'],
      before: { description: FULL_TASK.description, title: FULL_TASK.title },
      after: { description: null, title: 'Buy oat milk' },
      at: body.updated_at,
      actor: `user:${user.id}`,
    });
  });

  it('changes nothing, not even the version, for an empty patch or one that says what is there', async () => {
    const { user, task, path } = await userWithTask(app, FULL_TASK);
    app.advance(1000);
    for (const body of [{}, FULL_TASK, { status: FULL_TASK.status }]) {
      const response = await app.as(user).patch(path).send(body).expect(200);
      expect(response.headers.etag).toBe('"1"');
      expect(response.body).toEqual(task);
    }
    expect(await storedTask(app, task.id)).toEqual(asStored(task));
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('sets the time of completion with the status, keeps it, and clears it again', async () => {
    const { user, path } = await userWithTask(app);
    const patch = async (body: object) => {
      app.advance(1000);
      return (await app.as(user).patch(path).send(body).expect(200)).body;
    };
    const completed = await patch({ status: 'completed' });
    expect(completed.completed_at).toBe(completed.updated_at);
    const renamed = await patch({ title: 'Bought milk' });
    expect(renamed.completed_at).toBe(completed.completed_at);
    const same = await patch({ status: 'completed', priority: 'low' });
    expect(same.completed_at).toBe(completed.completed_at);
    expect((await patch({ status: 'cancelled' })).completed_at).toBeNull();
    const again = await patch({ status: 'completed' });
    expect(again.completed_at > completed.completed_at).toBe(true);
    expect(again.version).toBe(6);
  });

  it('OE7 lets exactly one of twenty simultaneous writers with the same If-Match through', async () => {
    const { user, task, path } = await userWithTask(app);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app
          .as(user)
          .patch(path)
          .set('If-Match', '"1"')
          .send({ title: `Title ${index}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await storedTask(app, task.id)).toMatchObject({ title: winner?.body.title, version: 2 });
    expect(await eventsOf(app, user)).toHaveLength(2);
  });

  it('IN13 loses none of twenty simultaneous writes without If-Match, and numbers them without gaps', async () => {
    const { user, task, path } = await userWithTask(app);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app
          .as(user)
          .patch(path)
          .send({ title: `Title ${index}` }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await storedTask(app, task.id)).toMatchObject({ version: 21 });
    const events = await eventsOf(app, user);
    expect(events.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    const chain = events.slice(1).map(({ before }) => before?.title);
    expect(chain).toEqual(events.slice(0, -1).map(({ after }) => after.title));
  });
});
