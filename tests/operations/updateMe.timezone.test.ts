import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTask, eventsOf, registerAdmin } from '../setup/scenes.ts';
import { expectGapless, getTask, pathOf, TASKS } from '../setup/task-scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const DAY = { date: '2026-11-28', time: null, timezone: null };
const FLOATING = { date: '2026-11-28', time: '18:00', timezone: null };
const ZONED = { date: '2026-11-28', time: '18:00', timezone: 'Asia/Tokyo' };
const moveTo = (user: TestUser, timezone: string) => app.as(user).patch('/api/v1/me').send({ timezone });

describe('a new time zone', () => {
  it('moves days and times without a zone, and leaves the others', async () => {
    const user = await app.register({ timezone: 'UTC' });
    const [day, floating, zoned, free, trashed] = [
      await createTask(app, user, { due: DAY }),
      await createTask(app, user, { due: FLOATING, tags: ['a'] }),
      await createTask(app, user, { due: ZONED }),
      await createTask(app, user),
      await createTask(app, user, { due: DAY }),
    ];
    await app.as(user).delete(pathOf(trashed)).expect(204);
    const before = (await eventsOf(app, user)).length;
    app.advance(1000);
    const { body: me } = await moveTo(user, 'America/New_York').expect(200);
    const { updated_at } = me;
    expect(await getTask(app, user, day)).toEqual({
      ...day,
      due_at: '2026-11-29T04:59:59.999Z',
      version: 2,
      updated_at,
    });
    expect(await getTask(app, user, floating)).toEqual({
      ...floating,
      due_at: '2026-11-28T23:00:00.000Z',
      version: 2,
      updated_at,
    });
    for (const task of [zoned, free]) expect(await getTask(app, user, task)).toEqual(task);
    const restored = await app
      .as(user)
      .post(`${pathOf(trashed)}/restore`)
      .expect(200);
    expect(restored.body.due_at).toBe('2026-11-29T04:59:59.999Z');
    const [event] = (await eventsOf(app, user)).slice(before);
    expect(event).toMatchObject({
      type: 'user.updated',
      resource: 'user',
      resource_id: user.id,
      changed: ['timezone'],
      before: { timezone: 'UTC' },
      after: { timezone: 'America/New_York' },
      actor: `user:${user.id}`,
    });
    await expectGapless(app, user);
  });

  it('leaves the version of tasks whose instants stay', async () => {
    const user = await app.register({ timezone: 'UTC' });
    const task = await createTask(app, user, { due: DAY });
    await moveTo(user, 'Africa/Abidjan').expect(200);
    expect(await getTask(app, user, task)).toEqual(task);
    const [, event] = await eventsOf(app, user);
    expect(event?.type).toBe('user.updated');
  });

  it('is no event when it is the same, or something else changes', async () => {
    const user = await app.register({ timezone: 'UTC' });
    await moveTo(user, 'UTC').expect(200);
    await app.as(user).patch('/api/v1/me').send({ name: 'Ada' }).expect(200);
    expect(await eventsOf(app, user)).toEqual([]);
  });

  it('moves them as well when an admin sets it', async () => {
    const [user, admin] = [await app.register({ timezone: 'UTC' }), await registerAdmin(app)];
    const task = await createTask(app, user, { due: FLOATING });
    await app.as(admin).patch(`/api/v1/admin/users/${user.id}`).send({ timezone: 'Asia/Tokyo' }).expect(200);
    expect((await getTask(app, user, task)).due_at).toBe('2026-11-28T09:00:00.000Z');
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({ type: 'user.updated', actor: `user:${admin.id}` });
  });

  it('holds for tasks that are written at the same time', async () => {
    const user = await app.register({ timezone: 'UTC' });
    const old = await createTask(app, user, { due: FLOATING });
    const zones = ['Asia/Tokyo', 'America/New_York', 'Europe/London', 'Asia/Tokyo'];
    const answers = await Promise.all([
      ...zones.map((zone) => moveTo(user, zone)),
      ...Array.from({ length: 15 }, () => app.as(user).post(TASKS).send({ title: 'x', due: FLOATING })),
      ...Array.from({ length: 5 }, () =>
        app
          .as(user)
          .patch(pathOf(old))
          .send({ due: { date: '2026-11-28' } }),
      ),
    ]);
    expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
    const { timezone } = (await app.as(user).get('/api/v1/me').expect(200)).body;
    const expected = await createTask(app, user, { due: FLOATING });
    const instants = await app
      .database('tasks')
      .where({ user_id: user.id })
      .distinct('due_at')
      .pluck('due_at');
    expect(instants, timezone).toEqual([expected.due_at]);
    await expectGapless(app, user);
  });
});
