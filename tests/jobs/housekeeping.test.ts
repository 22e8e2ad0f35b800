import { afterAll, beforeAll, expect, it } from 'vitest';
import { housekeepingJob } from '../../src/jobs/housekeeping.ts';
import { mailedToken } from '../setup/mailed-tokens.ts';
import { served } from '../setup/statement-records.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const DAY = 86_400_000;

/** What there is in each table, after housekeeping so many days from now. */
async function after(days: number): Promise<Record<string, number>> {
  const now = () => new Date(Date.now() + days * DAY);
  const job = housekeepingJob({ database: app.database, idempotencyHours: 24, now });
  await served(() => job.run({}, new AbortController().signal));
  const counts: Record<string, number> = {};
  for (const table of ['users', 'action_tokens', 'refresh_tokens', 'sessions']) {
    counts[table] = Number((await app.database(table).count({ count: '*' }).first())?.count);
  }
  return counts;
}

it('deletes what ended more than thirty days ago, and nothing else', async () => {
  const user = await app.register();
  const other = await app.register();
  await mailedToken(app, user, 'reset_password');
  await app.anonymous
    .post('/api/v1/auth/logout')
    .send({ refresh_token: other.tokens.refresh_token })
    .expect(204);
  const all = { users: 2, action_tokens: 1, refresh_tokens: 2, sessions: 2 };
  expect(await after(29)).toEqual(all);
  // A logout and a link of today; a token lives thirty days without use, a session ninety.
  expect(await after(31)).toEqual({ ...all, action_tokens: 0, refresh_tokens: 1, sessions: 1 });
  expect(await after(61)).toEqual({ ...all, action_tokens: 0, refresh_tokens: 0, sessions: 1 });
  expect(await after(119)).toEqual({ ...all, action_tokens: 0, refresh_tokens: 0, sessions: 1 });
  expect(await after(121)).toEqual({ users: 2, action_tokens: 0, refresh_tokens: 0, sessions: 0 });
});

it('works in batches, until nothing is left', async () => {
  const user = await app.register();
  const [session] = await app.database('sessions').where({ user_id: user.id });
  await app.database.raw(
    `insert into sessions select user_id, gen_random_uuid(), scope, user_agent, ip, created_at, last_used_at,
       created_at - interval '100 days', null, null
     from sessions, generate_series(1, 2500) where user_id = ?`,
    [user.id],
  );
  await after(0);
  expect(await app.database('sessions').where({ user_id: user.id }).pluck('id')).toEqual([session?.id]);
});

it('forgets idempotency keys as soon as they may be used again', async () => {
  const user = await app.register();
  const create = app.as(user).post('/api/v1/tasks').set('Idempotency-Key', 'once');
  await create.send({ title: 'Buy milk' }).expect(201);
  const left = () => app.database('idempotency_keys').where({ user_id: user.id }).pluck('key');
  await after(0.99);
  expect(await left()).toEqual(['once']);
  await after(1.01);
  expect(await left()).toEqual([]);
});
