import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { limitedTo } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  // A Saturday in New York, where the day began at five o'clock.
  app.advance(Date.parse('2026-11-21T17:00:00Z') - Date.now());
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks/stats';
const count = async (user: TestUser, query: object = {}): Promise<Schemas['TaskStats']> =>
  (await app.as(user).get(PATH).query(query).expect(200)).body;

describe('GET /api/v1/tasks/stats', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    const writer = await limitedTo(app, await app.register(), 'tasks:write');
    await app.as(writer).get(PATH).expect(403);
  });

  it.each([0, 367, -1, '1.5', 'many', ''])('answers 422 to days=%s', async (days) => {
    const { body } = await app
      .as(await app.register())
      .get(PATH)
      .query({ days })
      .expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ parameter: 'days' })]);
  });

  it('is all zeros for a user without tasks, whatever others have', async () => {
    await storeTask(app, await app.register());
    const user = await app.register({ timezone: 'Asia/Tokyo' });
    expect(await count(user, { days: 2 })).toEqual({
      ...{ total: 0, open: 0, overdue: 0, due_today: 0 },
      by_status: { pending: 0, in_progress: 0, completed: 0, cancelled: 0 },
      by_priority: { none: 0, low: 0, medium: 0, high: 0, urgent: 0 },
      completed_per_day: [
        { date: '2026-11-21', count: 0 },
        { date: '2026-11-22', count: 0 },
      ],
      timezone: 'Asia/Tokyo',
    });
    expect((await count(user)).completed_per_day).toHaveLength(30);
    expect((await count(user, { days: 366 })).completed_per_day[0]?.date).toBe('2025-11-22');
  });

  it('counts what is not in the trash: open is neither completed nor cancelled', async () => {
    const user = await app.register({ timezone: 'America/New_York' });
    const [past, today] = ['2026-11-20T12:00:00.000Z', '2026-11-22T04:59:59.999Z'];
    const rows = [
      { status: 'pending', priority: 'high', due_at: past },
      { status: 'pending', priority: 'none', due_at: '2026-11-21T05:00:00.000Z' },
      { status: 'pending', priority: 'none', due_at: '2026-11-22T05:00:00.000Z' },
      { status: 'in_progress', priority: 'high', due_at: today },
      { status: 'completed', priority: 'urgent', due_at: today },
      { status: 'completed', priority: 'low', due_at: past },
      { status: 'cancelled', priority: 'medium', due_at: past },
      { status: 'pending', priority: 'urgent', due_at: past, deleted_at: past },
    ];
    for (const row of rows) await storeTask(app, user, row);
    const stats = await count(user);
    expect(stats).toMatchObject({
      ...{ total: 7, open: 4, overdue: 2, due_today: 3 },
      by_status: { pending: 3, in_progress: 1, completed: 2, cancelled: 1 },
      by_priority: { none: 2, low: 0, medium: 0, high: 2, urgent: 0 },
    });
    for (const [due, expected] of [
      ['overdue', stats.overdue],
      ['today', stats.due_today],
    ] as const) {
      const { body } = await app.as(user).get('/api/v1/tasks').query({ due }).expect(200);
      expect(body.total).toBe(expected);
    }
  });

  it.each([
    // The clocks were put back on 1 November, so the day had 25 hours.
    { timezone: 'America/New_York', first: '2026-11-01T04:00:00.000Z', last: '2026-11-02T04:59:59.999Z' },
    { timezone: 'Asia/Kolkata', first: '2026-10-31T18:30:00.000Z', last: '2026-11-01T18:29:59.999Z' },
    { timezone: 'UTC', first: '2026-11-01T00:00:00.000Z', last: '2026-11-01T23:59:59.999Z' },
  ])('days are those of $timezone', async ({ timezone, first, last }) => {
    const user = await app.register({ timezone });
    const beside = [Date.parse(first) - 1, Date.parse(last) + 1].map((at) => new Date(at).toISOString());
    for (const completed_at of [first, last, ...beside, '2026-11-21T16:59:00.000Z']) {
      await storeTask(app, user, { status: 'completed', completed_at });
    }
    const { completed_per_day: days } = await count(user);
    expect(days.map(({ date }) => date)).toEqual([...new Set(days.map(({ date }) => date))].sort());
    expect(Object.fromEntries(days.map(({ date, count: tasks }) => [date, tasks]))).toMatchObject({
      '2026-10-31': 1,
      '2026-11-01': 2,
      '2026-11-02': 1,
      '2026-11-21': 1,
    });
    expect((await count(user, { days: 1 })).completed_per_day).toEqual([{ date: '2026-11-21', count: 1 }]);
    expect((await count(user, { days: 19 })).completed_per_day[0]).toEqual({ date: '2026-11-03', count: 0 });
  });

  it('takes one statement, however many days and tasks there are', async () => {
    const user = await app.register();
    const own = async (days: number) => {
      const statements = await statementsOf(app, () => count(user, { days }));
      return statements.filter((sql) => /\bfrom "?tasks\b/.test(sql)).length;
    };
    expect(await own(1)).toBe(1);
    for (let index = 0; index < 20; index += 1) await storeTask(app, user, { status: 'completed' });
    expect(await own(366)).toBe(1);
  });
});
