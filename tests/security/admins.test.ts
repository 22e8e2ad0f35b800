/** What must hold for admins whatever happens at once: rows AN11 and AZ9 of the checklist. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserRow } from '../../src/db/tables.ts';
import { lockAdmins } from '../../src/users/last-admin.ts';
import { registerAdmin, storedUser } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ DATABASE_POOL_MAX: '10' });
});
afterAll(() => app.close());
beforeEach(() => app.database('users').delete());

const pathOf = ({ id }: Pick<TestUser, 'id'>) => `/api/v1/admin/users/${id}`;
const activeAdmins = (): Promise<UserRow[]> =>
  app.database<UserRow>('users').where({ role: 'admin', disabled_at: null }).select('*');

/** Ways in which an admin stops being one. */
const LOSSES = {
  'loses the role': (by: TestUser, whom: TestUser) => app.as(by).patch(pathOf(whom)).send({ role: 'user' }),
  'is disabled': (by: TestUser, whom: TestUser) => app.as(by).patch(pathOf(whom)).send({ disabled: true }),
  'is deleted': (by: TestUser, whom: TestUser) => app.as(by).delete(pathOf(whom)),
  'deletes the account': (_by: TestUser, whom: TestUser) => app.as(whom).delete('/api/v1/me'),
} as const;

describe('the last admin', () => {
  const mixed = Object.values(LOSSES);
  it.each([
    ...Object.entries(LOSSES).map(([how, lose]) => ({ how, loses: [lose] })),
    { how: 'goes in any of these ways', loses: mixed },
  ])('stays when each of two $how, twenty times at once', async ({ loses }) => {
    const [first, second] = [await registerAdmin(app), await registerAdmin(app)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const [by, whom] = index % 2 === 0 ? [first, second] : [second, first];
        return (loses[Math.floor(index / 2) % loses.length] as (typeof mixed)[number])(by, whom);
      }),
    );
    expect(await activeAdmins()).toHaveLength(1);
    // The loser's own requests may come too late in any way, or give up waiting for the others.
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 204, 401, 403, 404, 409, 503].includes(status))).toEqual([]);
    expect(statuses).toContainEqual(expect.toSatisfy((status) => status === 200 || status === 204));
  });

  it('does not count who is disabled, and is told so', async () => {
    const [last, other] = [await registerAdmin(app), await registerAdmin(app)];
    await app.as(last).patch(pathOf(other)).send({ disabled: true }).expect(200);
    for (const lose of Object.values(LOSSES)) {
      expect((await lose(last, last)).body).toMatchObject({ status: 409, code: 'last_admin' });
    }
    expect(await storedUser(app, last)).toMatchObject({ role: 'admin', disabled_at: null });
  });
});

describe('AZ9 an admin who stops being one while a change is under way', () => {
  const CHANGES = {
    adminCreateUser: (by: TestUser) =>
      app.as(by).post('/api/v1/admin/users').send({ email: 'late@example.com', role: 'admin' }),
    adminUpdateUser: (by: TestUser, whom: TestUser) => app.as(by).patch(pathOf(whom)).send({ role: 'admin' }),
    adminDeleteUser: (by: TestUser, whom: TestUser) => app.as(by).delete(pathOf(whom)),
    adminRevokeSessions: (by: TestUser, whom: TestUser) => app.as(by).delete(`${pathOf(whom)}/sessions`),
  };

  it.each(
    Object.entries(CHANGES).flatMap(([operationId, change]) => [
      { operationId, change, loss: { role: 'user' }, status: 403 },
      { operationId, change, loss: { disabled_at: new Date().toISOString() }, status: 401 },
    ]),
  )('does not finish $operationId with $loss', async ({ change, loss, status }) => {
    const [admin, user] = [await registerAdmin(app), await app.register()];
    await registerAdmin(app);
    const before = await app.database('users').where({ id: user.id }).first();
    const count = () => app.database('users').count();
    const accounts = await count();
    let pending: Promise<{ status: number }> | undefined;
    await app.database.transaction(async (trx) => {
      await lockAdmins(trx);
      // It has been let in as an admin's, and waits for the lock.
      pending = change(admin, user).then((answer) => answer);
      await waitForWaiter();
      await trx('users').where({ id: admin.id }).update(loss);
    });
    expect((await pending)?.status).toBe(status);
    expect(await app.database('users').where({ id: user.id }).first()).toEqual(before);
    expect(await count()).toEqual(accounts);
    await app.as(user).get('/api/v1/me').expect(200);
  });

  async function waitForWaiter(): Promise<void> {
    for (;;) {
      const { rows } = await app.database.raw(
        `select 1 from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      if (rows.length > 0) return;
    }
  }
});
