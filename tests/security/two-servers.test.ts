/** TK10: what ends sessions on one server ends them there at once, and within ten seconds on another one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionsRepository } from '../../src/auth/sessions.repository.ts';
import { logInAgain, sessionIdOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let here: TestApp;
let elsewhere: TestApp;
beforeAll(async () => {
  here = await createTestApp();
  elsewhere = await createTestApp({ DATABASE_URL: here.config.database.url ?? '' });
});
afterAll(async () => {
  await elsewhere.close();
  await here.close();
});

const SECOND = 1000;
/** Both have the same time. */
const advance = (milliseconds: number): void => {
  for (const app of [here, elsewhere]) app.advance(milliseconds);
};
const me = (app: TestApp, user: Pick<TestUser, 'authorization'>) => app.as(user).get('/api/v1/me');
const refresh = (app: TestApp, refresh_token: string) =>
  app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });

/** Both servers remember that the session is alive. */
async function known(user: TestUser): Promise<TestUser> {
  for (const app of [here, elsewhere]) await me(app, user).expect(200);
  return user;
}

/** Refresh tokens are dead everywhere at once; access tokens here at once, and elsewhere ten seconds later. */
async function expectEnd(user: TestUser): Promise<void> {
  for (const app of [here, elsewhere]) await refresh(app, user.tokens.refresh_token).expect(401);
  await me(here, user).expect(401);
  advance(10 * SECOND);
  await me(elsewhere, user).expect(401);
}

describe('TK10 a session ends everywhere', () => {
  it('when it is logged out', async () => {
    const user = await known(await here.register());
    await here.anonymous
      .post('/api/v1/auth/logout')
      .send({ refresh_token: user.tokens.refresh_token })
      .expect(204);
    await expectEnd(user);
  });

  it('when it is revoked, alone or with all others', async () => {
    const user = await here.register();
    const one = await known(await logInAgain(here, user));
    const other = await known(await logInAgain(here, user));
    await here
      .as(user)
      .delete(`/api/v1/me/sessions/${sessionIdOf(one)}`)
      .expect(204);
    await expectEnd(one);
    await here.as(user).delete('/api/v1/me/sessions').expect(204);
    await expectEnd(other);
    await known(user);
  });

  it('when one of its refresh tokens is used again', async () => {
    const user = await known(await here.register());
    await refresh(elsewhere, user.tokens.refresh_token).expect(200);
    advance(11 * SECOND);
    await refresh(here, user.tokens.refresh_token).expect(401);
    await expectEnd(user);
  });

  it('when a login elsewhere ends it as one too many', async () => {
    const user = await known(await here.register());
    const [{ count } = { count: 0 }] = await here.database('sessions').where({ user_id: user.id }).count();
    expect(Number(count)).toBe(1);
    const template = await here.database('sessions').where({ user_id: user.id }).first();
    const rows = Array.from({ length: 99 }, (_, index) => ({
      ...template,
      id: `0199f39f-2b40-7c11-9a3e-${String(index).padStart(12, '0')}`,
      last_used_at: new Date(Date.now() + 86_400 * SECOND),
    }));
    await here.database('sessions').insert(rows);
    await logInAgain(here, user);
    await expectEnd(user);
  });

  it('when everything ends that the account has', async () => {
    // What a change of the password and an admin do: revoke in their transaction, then tell this server.
    const user = await known(await here.register());
    const other = await known(await logInAgain(here, user));
    await here.database.transaction((trx) =>
      sessionsRepository(here.database).revokeAll(trx, user.id, new Date().toISOString(), 'test'),
    );
    advance(10 * SECOND);
    for (const app of [here, elsewhere]) {
      await refresh(app, user.tokens.refresh_token).expect(401);
      for (const session of [user, other]) await me(app, session).expect(401);
    }
  });

  it('when its account is disabled', async () => {
    const user = await known(await here.register());
    await here.database('users').where({ id: user.id }).update({ disabled_at: new Date() });
    advance(10 * SECOND);
    for (const app of [here, elsewhere]) {
      await refresh(app, user.tokens.refresh_token).expect(401);
      await me(app, user).expect(401);
    }
  });
});

describe('TK10 a role that was taken away', () => {
  it('is gone within ten seconds elsewhere', async () => {
    const user = await here.register();
    await here.database('users').where({ id: user.id }).update({ role: 'admin' });
    const admin = await known(await logInAgain(here, user));
    await here.database('users').where({ id: user.id }).update({ role: 'user' });
    advance(10 * SECOND);
    for (const app of [here, elsewhere]) {
      const { body } = await app.as(admin).get('/api/v1/admin/users').expect(403);
      expect(body.code).toBe('insufficient_role');
    }
  });
});

describe('TK6 refreshes on two servers at the same time', () => {
  it('get one live successor', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await here.register();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          refresh(index % 2 === 0 ? here : elsewhere, user.tokens.refresh_token),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      const live = await here.database('refresh_tokens').where({ user_id: user.id, used_at: null });
      expect(live).toHaveLength(1);
    }
  });

  it('keep no family alive that one of them has ended', async () => {
    const user = await here.register();
    const { body: next } = await refresh(here, user.tokens.refresh_token).expect(200);
    advance(11 * SECOND);
    await Promise.all(
      [here, elsewhere, here, elsewhere].map((app, index) =>
        refresh(app, index < 2 ? user.tokens.refresh_token : next.refresh_token),
      ),
    );
    await refresh(elsewhere, next.refresh_token).expect(401);
  });
});
