import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsentOf,
  createTag,
  refuseOtherVersionsOf,
  refuseUnentitledTo,
  tagged,
  userWithTag,
} from '../setup/group-scenes.ts';
import { createTask, eventsOf, storedTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PATCH /api/v1/tags/{tag_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'tags', (caller, path) => caller.patch(path).send({ name: 'x' }));
  });

  it.each([{ name: null }, { name: 'x ' }, { color: 'red' }, { task_count: 1 }])(
    'answers 422 to %j',
    async (body) => {
      const { user, path } = await userWithTag(app);
      await app.as(user).patch(path).send(body).expect(422);
    },
  );

  it('answers 404 alike for an absent tag, a deleted one and one of somebody else', async () => {
    const send = (caller: TestApp['anonymous'] | ReturnType<TestApp['as']>, path: string) =>
      caller.patch(path).send({ name: 'mine' });
    expect(await answersForAbsentOf(app, 'tags', send)).toHaveLength(1);
  });

  it('answers 412 with the tag as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'tags', (caller, path) => caller.patch(path).send({ name: 'x' }));
  });

  it('shows a new name on every task that has the tag, and gives each a new version', async () => {
    const { user, tag, path } = await userWithTag(app);
    const [task, other] = [await tagged(app, user, tag), await createTask(app, user)];
    const trashed = await tagged(app, user, tag);
    await app.as(user).delete(`/api/v1/tasks/${trashed.id}`).expect(204);
    app.advance(1000);
    const { body, headers } = await app.as(user).patch(path).send({ name: 'shopping' }).expect(200);
    expect(headers.etag).toBe('"2-1"');
    expect(body).toEqual({
      ...tag,
      name: 'shopping',
      task_count: 1,
      version: 2,
      updated_at: expect.any(String),
    });
    const read = await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(200);
    expect(read.body).toEqual({
      ...task,
      tags: ['shopping'],
      version: task.version + 1,
      updated_at: body.updated_at,
    });
    expect((await app.as(user).get(`/api/v1/tasks/${other.id}`)).body).toEqual(other);
    expect(await storedTask(app, trashed.id)).toMatchObject({ version: trashed.version + 2 });
    expect((await eventsOf(app, user)).at(-1)).toMatchObject({
      type: 'tag.updated',
      resource_id: tag.id,
      changed: ['name'],
      before: { name: 'errands' },
      after: { name: 'shopping' },
      at: body.updated_at,
    });
  });

  it('leaves the tasks alone when the color changes', async () => {
    const { user, tag, path } = await userWithTag(app);
    const task = await tagged(app, user, tag);
    await app.as(user).patch(path).send({ color: '#cc6633' }).expect(200);
    expect((await app.as(user).get(`/api/v1/tasks/${task.id}`)).body).toEqual(task);
  });

  it('lets the case of the own name change, and answers 409 to a name that is taken', async () => {
    const { user, tag, path } = await userWithTag(app);
    await createTag(app, user, { name: 'Home' });
    await app.as(user).patch(path).send({ name: 'ERRANDS' }).expect(200);
    const { body } = await app.as(user).patch(path).send({ name: 'HOME', color: '#cc6633' }).expect(409);
    expect(body.detail).toBe('There is another tag with this name.');
    expect((await app.as(user).get(path)).body).toMatchObject({ id: tag.id, name: 'ERRANDS', color: null });
  });

  it('changes nothing, not even the version, for an empty patch or one that says what is there', async () => {
    const { user, tag, path } = await userWithTag(app);
    app.advance(1000);
    for (const body of [{}, { name: tag.name, color: null }]) {
      expect((await app.as(user).patch(path).send(body).expect(200)).body).toEqual(tag);
    }
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});
