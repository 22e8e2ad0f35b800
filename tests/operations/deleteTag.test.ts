import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsentOf,
  createTag,
  refuseOtherVersionsOf,
  refuseUnentitledTo,
  tagged,
  userWithTag,
} from '../setup/group-scenes.ts';
import { eventsOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('DELETE /api/v1/tags/{tag_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'tags', (caller, path) => caller.delete(path));
  });

  it('answers 404 alike for an absent tag, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsentOf(app, 'tags', (caller, path) => caller.delete(path))).toHaveLength(1);
  });

  it('answers 412 with the tag as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'tags', (caller, path) => caller.delete(path));
  });

  it('takes the tag off every task, which gets a new version, and notes it once', async () => {
    const { user, tag, path } = await userWithTag(app);
    const task = await tagged(app, user, tag);
    app.advance(1000);
    await app.as(user).delete(path).set('If-Match', '"1-0"').expect(204);
    const events = await eventsOf(app, user);
    expect(events.at(-1)).toMatchObject({
      type: 'tag.deleted',
      resource: 'tag',
      resource_id: tag.id,
      before: { name: 'errands', color: null },
      after: {},
      actor: `user:${user.id}`,
    });
    const { body } = await app.as(user).get(`/api/v1/tasks/${task.id}`).expect(200);
    expect(body).toEqual({ ...task, tags: [], version: task.version + 1, updated_at: events.at(-1)?.at });
    expect(await app.database('task_tags').where({ user_id: user.id })).toEqual([]);
  });

  it('frees the name', async () => {
    const { user, tag, path } = await userWithTag(app);
    await app.as(user).delete(path).expect(204);
    const { id } = await createTag(app, user, { name: tag.name.toUpperCase() });
    expect(id).not.toBe(tag.id);
  });
});
