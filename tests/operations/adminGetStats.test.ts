import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { limitedTo, registerAdmin } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const PATH = '/api/v1/admin/stats';
const DAY = 86_400_000;

let app: TestApp;
let admin: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  admin = await registerAdmin(app);
});
afterAll(() => app.close());

const stats = async (): Promise<Schemas['AdminStats']> => (await app.as(admin).get(PATH).expect(200)).body;

describe('GET /api/v1/admin/stats', () => {
  it('answers 401 without a token, and 403 without the role or the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    const user = await app.register();
    expect((await app.as(user).get(PATH).expect(403)).body.code).toBe('insufficient_role');
    const limited = await limitedTo(app, admin, 'users:write');
    expect((await app.as(limited).get(PATH).expect(403)).body.code).toBe('insufficient_scope');
  });

  it('answers 422 to a parameter', async () => {
    await app.as(admin).get(`${PATH}?since=yesterday`).expect(422);
  });

  it('counts accounts, by what they are', async () => {
    const before = (await stats()).users;
    const [proved, disabled] = [await app.register(), await app.register()];
    await registerAdmin(app);
    await app.database('users').where({ id: proved.id }).update({ email_verified: true });
    await app.as(admin).patch(`/api/v1/admin/users/${disabled.id}`).send({ disabled: true }).expect(200);
    expect((await stats()).users).toEqual({
      total: before.total + 3,
      admins: before.admins + 1,
      disabled: before.disabled + 1,
      unverified: before.unverified + 2,
      created_last_30_days: before.created_last_30_days + 3,
      active_last_30_days: before.active_last_30_days + 3,
    });
  });

  it('counts sessions that are alive, and each account once however often it was active', async () => {
    const before = await stats();
    const user = await app.register();
    const { tokens } = await limitedTo(app, user, '');
    expect((await stats()).sessions.active).toBe(before.sessions.active + 2);
    expect((await stats()).users.active_last_30_days).toBe(before.users.active_last_30_days + 1);
    const { refresh_token } = tokens;
    await app.anonymous.post('/api/v1/auth/logout').send({ refresh_token }).expect(204);
    expect((await stats()).sessions.active).toBe(before.sessions.active + 1);
  });

  it('counts personal access tokens that are good', async () => {
    const create = (body: object) =>
      app
        .as(admin)
        .post('/api/v1/me/tokens')
        .send({ name: 'Backup', scopes: ['tasks:read'], ...body });
    const before = (await stats()).access_tokens.active;
    await create({}).expect(201);
    await create({ expires_at: new Date(Date.now() + DAY).toISOString() }).expect(201);
    expect((await stats()).access_tokens.active).toBe(before + 2);
  });

  it('forgets after thirty days who was new or active, and counts no session that has lain idle', async () => {
    const alone = await createTestApp();
    try {
      await alone.register();
      alone.advance(31 * DAY);
      const later = await registerAdmin(alone);
      const { body } = await alone.as(later).get(PATH).expect(200);
      // The admin has two sessions: of the registration, and of the role.
      expect(body).toEqual({
        users: {
          total: 2,
          admins: 1,
          disabled: 0,
          unverified: 2,
          created_last_30_days: 1,
          active_last_30_days: 1,
        },
        sessions: { active: 2 },
        access_tokens: { active: 0 },
      });
    } finally {
      await alone.close();
    }
  });

  it('takes as many statements however many accounts there are', async () => {
    // Whether the session is alive may be asked only once.
    await stats();
    const few = await statementsOf(app, stats);
    await Promise.all(Array.from({ length: 10 }, () => app.register()));
    expect(await statementsOf(app, stats)).toEqual(few);
    expect(few.length).toBeLessThanOrEqual(5);
  });
});
