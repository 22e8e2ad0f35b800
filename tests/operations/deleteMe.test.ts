import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_LIMITS } from '../../src/db/knex.ts';
import { countRows } from '../setup/data-dump.ts';
import { fillAccount } from '../setup/large-account.ts';
import { createTask, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me';
const remove = (user: TestUser) => app.as(user).delete(PATH);
const exists = async ({ id }: TestUser) => (await app.database('users').where({ id }).first()) !== undefined;
const admin = async (): Promise<TestUser> => {
  const user = await app.register();
  await app.database('users').where({ id: user.id }).update({ role: 'admin' });
  return limitedTo(app, user, '');
};

describe('DELETE /api/v1/me', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    await app.anonymous.delete(PATH).expect(401);
    const writer = await limitedTo(app, await app.register(), 'profile:write tasks:write');
    expect((await remove(writer).expect(403)).body.code).toBe('insufficient_scope');
    expect(await exists(writer)).toBe(true);
  });

  it('answers 403 once the login is older than five minutes, however new the token is', async () => {
    const user = await app.register();
    app.advance(301_000);
    const refreshed = await app.anonymous
      .post('/api/v1/auth/refresh')
      .send({ refresh_token: user.tokens.refresh_token })
      .expect(200);
    for (const token of [user.tokens.access_token, refreshed.body.access_token]) {
      const { body, headers } = await remove({ ...user, authorization: `Bearer ${token}` }).expect(403);
      expect(body.code).toBe('reauthentication_required');
      expect(headers['www-authenticate']).toContain('insufficient_user_authentication');
    }
    expect(await exists(user)).toBe(true);
    await remove(await limitedTo(app, user, '')).expect(204);
  });

  it('answers 422 to a query', async () => {
    const user = await app.register();
    await app.as(user).delete(`${PATH}?force=true`).expect(422);
    expect(await exists(user)).toBe(true);
  });

  it('answers 409 to the last admin, and removes nothing of the account', async () => {
    const user = await admin();
    await createTask(app, user);
    const before = await countRows(app.database, user.id);
    expect((await remove(user).expect(409)).body.code).toBe('last_admin');
    expect(await countRows(app.database, user.id)).toEqual(before);
    const second = await admin();
    await app.database('users').where({ id: second.id }).update({ disabled_at: new Date().toISOString() });
    expect((await remove(user).expect(409)).body.code).toBe('last_admin');
    await app.database('users').where({ id: second.id }).update({ disabled_at: null });
    await remove(user).expect(204);
    await app.database('users').where({ id: second.id }).delete();
  });

  it('leaves one of several admins who go at the same time', async () => {
    const admins = await Promise.all(Array.from({ length: 4 }, admin));
    const answers = await Promise.all(admins.map(remove));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 204, 204, 409]);
    expect(await app.database('users').where({ role: 'admin' })).toHaveLength(1);
  });

  it('answers 204: the account is gone at once, from everywhere, and its address is free', async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    for (const each of [user, stranger]) await createTask(app, each);
    const before = await countRows(app.database, stranger.id);
    const other = await limitedTo(app, user, '');
    await app.as(other).get(PATH).expect(200);

    const response = await remove(user).expect(204);
    expect(response.text).toBe('');
    for (const each of [user, other]) {
      await app.as(each).get(PATH).expect(401);
      await app.as(each).get('/api/v1/tasks').expect(401);
      const { refresh_token } = each.tokens;
      await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token }).expect(401);
    }
    const credentials = { email: user.email, password: user.password };
    await app.anonymous.post('/api/v1/auth/login').send(credentials).expect(401);
    expect(await exists(user)).toBe(false);
    expect(new Set(Object.values(await countRows(app.database, user.id)))).toEqual(new Set([0]));
    expect(await countRows(app.database, stranger.id)).toEqual(before);
    const again = await app.register({ email: user.email.toUpperCase() });
    expect(again.id).not.toBe(user.id);
    expect((await app.as(again).get('/api/v1/tasks').expect(200)).body.total).toBe(0);
  });

  it('is not stopped by writes beside it, nor leaves anything of them', async () => {
    const user = await app.register();
    const task = await createTask(app, user);
    const write = (index: number) =>
      index % 2 === 0
        ? app
            .as(user)
            .post('/api/v1/tasks')
            .send({ title: `Task ${index}` })
        : app
            .as(user)
            .patch(`/api/v1/tasks/${task.id}`)
            .send({ title: `Task ${index}` });
    const [deletion, ...writes] = await Promise.all([
      remove(user),
      ...Array.from({ length: 20 }, (_, index) => write(index)),
    ]);
    expect(deletion?.status).toBe(204);
    // Those that came too late; 503 for one that a deadlock with the deletion has ended.
    for (const { status } of writes) expect([200, 201, 401, 404, 503]).toContain(status);
    expect(new Set(Object.values(await countRows(app.database, user.id)))).toEqual(new Set([0]));
  });

  it('answers 204 to both of two that arrive together', async () => {
    const user = await app.register();
    const answers = await Promise.all([remove(user), remove(user)]);
    // The second may also find that its session has ended already.
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [204, 204],
      [204, 401],
    ]).toContainEqual(statuses);
  });

  it('takes an account of 100,000 tasks and 200,000 events, within the limits of a statement', async () => {
    const user = await app.register();
    await fillAccount(app.database, user.id, 100_000);
    const statements: number[] = [];
    const started = new Map<string, number>();
    app.database.on('query', ({ __knexQueryUid: id }) => started.set(id, performance.now()));
    app.database.on('query-response', (_rows, { __knexQueryUid: id }) =>
      statements.push(performance.now() - (started.get(id) ?? 0)),
    );
    await remove(user).expect(204);
    expect(Math.max(...statements)).toBeLessThan(DATABASE_LIMITS.statement);
    expect(new Set(Object.values(await countRows(app.database, user.id)))).toEqual(new Set([0]));
  });
});
