/** What has been in the trash for too long is gone for good, with an event for each, whoever else is at work. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobQueue } from '../../src/jobs/queue.ts';
import { trashPurgeJob } from '../../src/trash/trash-purge.ts';
import { contract } from '../setup/contract.ts';
import { createProject, createTag, tagged, taskIn } from '../setup/group-scenes.ts';
import { createTask, eventsOf } from '../setup/scenes.ts';
import { until } from '../setup/service-process.ts';
import { served } from '../setup/statement-records.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const DAY = 86_400_000;
const days: number = contract['x-trash-days'];
const HOUR = DAY / 24;

/** Runs the job so long from now. */
async function purgeAfter(milliseconds: number, signal = new AbortController().signal): Promise<void> {
  const now = () => new Date(Date.now() + milliseconds);
  await served(() => trashPurgeJob({ database: app.database, days, now }).run({}, signal));
}
const inTrash = async (user: TestUser, kind: 'tasks' | 'projects'): Promise<string[]> => {
  const { body } = await app.as(user).get(`/api/v1/${kind}`).query({ deleted: 'only', size: 100 });
  return body.items.map(({ id }: { id: string }) => id);
};
const remove = (user: TestUser, kind: 'tasks' | 'projects', id: string, query = {}) =>
  app.as(user).delete(`/api/v1/${kind}/${id}`).query(query).expect(204);
/** Numbers without gaps, and the newest events. */
async function newest(user: TestUser, count: number) {
  const events = await eventsOf(app, user);
  expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_event, index) => index + 1));
  return events.slice(-count);
}

describe('the purge of the trash', () => {
  it('takes what has been there for longer than the contract says, with its tags, and nothing else', async () => {
    const user = await app.register();
    const kept = await createTask(app, user);
    const tag = await createTag(app, user);
    const task = await tagged(app, user, tag);
    const subtask = await createTask(app, user, { parent_id: task.id });
    await remove(user, 'tasks', task.id);
    await purgeAfter(days * DAY - HOUR);
    expect((await inTrash(user, 'tasks')).sort()).toEqual([task.id, subtask.id].sort());
    await purgeAfter(days * DAY + HOUR);
    expect(await inTrash(user, 'tasks')).toEqual([]);
    expect(await app.database('tasks').where({ user_id: user.id }).pluck('id')).toEqual([kept.id]);
    expect(await app.database('task_tags').where({ user_id: user.id })).toEqual([]);
    const gone = {
      type: 'task.purged',
      resource: 'task',
      changed: [],
      before: {},
      after: {},
      actor: 'system',
    };
    const events = await newest(user, 2);
    expect(events).toMatchObject([gone, gone]);
    expect(events.map(({ resource_id }) => resource_id).sort()).toEqual([task.id, subtask.id].sort());
    await app.as(user).post(`/api/v1/tasks/${task.id}/restore`).expect(404);
  });

  it('takes projects, and leaves no task behind that is in one of them', async () => {
    const user = await app.register();
    const project = await createProject(app, user);
    const other = await createProject(app, user);
    const [early, late] = [await taskIn(app, user, project), await taskIn(app, user, project)];
    await remove(user, 'tasks', late.id);
    await remove(user, 'projects', project.id, { tasks: 'delete' });
    // As if it had been deleted later, on a server whose clock is ahead.
    const later = new Date(Date.now() + DAY).toISOString();
    await app.database('tasks').where({ user_id: user.id, id: late.id }).update({ deleted_at: later });
    await purgeAfter(days * DAY + HOUR);
    expect(await inTrash(user, 'projects')).toEqual([]);
    expect(await app.database('projects').where({ user_id: user.id }).pluck('id')).toEqual([other.id]);
    const left = await app.database('tasks').where({ user_id: user.id });
    expect(left).toMatchObject([{ id: late.id, project_id: null, version: 3 }]);
    expect(await newest(user, 3)).toMatchObject([
      { type: 'task.purged', resource_id: early.id },
      { type: 'task.updated', resource_id: late.id, before: { project_id: project.id }, actor: 'system' },
      { type: 'project.purged', resource: 'project', resource_id: project.id },
    ]);
    await app.as(user).post(`/api/v1/tasks/${late.id}/restore`).expect(200);
  });

  it('takes a task before whose subtask has been in the trash for long, on whatever clock', async () => {
    const user = await app.register();
    const task = await createTask(app, user);
    const subtask = await createTask(app, user, { parent_id: task.id });
    await remove(user, 'tasks', task.id);
    const later = new Date(Date.now() + DAY).toISOString();
    await app.database('tasks').where({ user_id: user.id, id: subtask.id }).update({ deleted_at: later });
    await purgeAfter(days * DAY + HOUR);
    expect(await app.database('tasks').where({ user_id: user.id })).toEqual([]);
  });

  it('works in batches, on many users, in several instances at once', async () => {
    const users = [await app.register(), await app.register(), await app.register()];
    for (const user of users) {
      const { id } = await createTask(app, user);
      await remove(user, 'tasks', id);
      await app.database.raw(
        `insert into tasks
           (user_id, id, title, status, priority, position, search, version, created_at, updated_at, deleted_at)
         select user_id, gen_random_uuid(), title, status, priority, position, search, 1, created_at, updated_at, deleted_at
         from tasks, generate_series(1, 700) where user_id = ?`,
        [user.id],
      );
    }
    await Promise.all([1, 2, 3].map(() => purgeAfter(days * DAY + HOUR)));
    for (const user of users) {
      expect(await app.database('tasks').where({ user_id: user.id })).toEqual([]);
      const events = await newest(user, 701);
      expect(new Set(events.map(({ resource_id, type }) => `${type} ${resource_id}`)).size).toBe(701);
      expect(events.every(({ type }) => type === 'task.purged')).toBe(true);
    }
  });

  it('ends when it is told to, and leaves alone what comes out of the trash meanwhile', async () => {
    const user = await app.register();
    const { id } = await createTask(app, user);
    await remove(user, 'tasks', id);
    await purgeAfter(days * DAY + HOUR, AbortSignal.abort());
    expect(await inTrash(user, 'tasks')).toEqual([id]);
    const restoring = app.as(user).post(`/api/v1/tasks/${id}/restore`);
    const [answer] = await Promise.all([restoring, purgeAfter(days * DAY + HOUR)]);
    const left = await app.database('tasks').where({ user_id: user.id }).pluck('id');
    expect(left).toEqual(answer.status === 200 ? [id] : []);
    expect([200, 404]).toContain(answer.status);
    await newest(user, 1);
  });

  it('is done by a worker of the server, on its clock, and daily', async () => {
    const user = await app.register();
    await remove(user, 'tasks', (await createTask(app, user)).id);
    const left = () => app.database('tasks').where({ user_id: user.id }).pluck('id');
    app.advance(days * DAY + HOUR);
    const job = trashPurgeJob({ database: app.database, days, now: () => new Date() });
    await app.database.transaction((trx) => jobQueue(app.database).add(trx, job, {}));
    app.startJobs();
    await until(async () => (await left()).length === 0, 'the trash is empty');
    const schedules = () => app.database('pgboss.schedule').where({ name: job.name }).pluck('cron');
    await until(async () => (await schedules()).length === 1, 'it is registered');
    expect(await schedules()).toEqual([expect.stringMatching(/^\d+ \d+ \* \* \*$/)]);
  });
});
