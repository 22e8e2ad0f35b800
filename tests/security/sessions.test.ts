/**
 * Refresh tokens rotate, their reuse ends the session, and a session ends when it must (RFC 9700 section 4.14). What single
 * operations answer is in tests/operations; here is what has to hold between them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionsRepository } from '../../src/auth/sessions.repository.ts';
import { inParallel } from '../setup/http.ts';
import { limitedTo, logInAgain, sessionIdOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestTokens, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ DATABASE_POOL_MAX: '5' });
});
afterAll(() => app.close());

const SECOND = 1000;
const send = (refresh_token: string) => app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token });
const refresh = async (token: string): Promise<TestTokens> => (await send(token).expect(200)).body;
const me = (access_token: string) => app.as({ authorization: `Bearer ${access_token}` }).get('/api/v1/me');
const sessionOf = async (user: TestUser) =>
  app
    .database('sessions')
    .where({ id: sessionIdOf(user) })
    .first();
const liveTokens = async ({ id }: TestUser) =>
  app.database('refresh_tokens').where({ user_id: id, used_at: null });
const logIn = ({ email, password }: TestUser) =>
  app.anonymous.post('/api/v1/auth/login').send({ email, password });

/** Runs the work while somebody else has these rows locked; ends the lock when the work says so, or is done. */
async function whileLocked(
  lock: (trx: Knex.Transaction) => Knex.QueryBuilder,
  work: (release: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const trx = await app.database.transaction();
  const release = async (): Promise<void> => {
    if (!trx.isCompleted()) await trx.commit();
  };
  try {
    await lock(trx);
    await work(release);
  } finally {
    await release();
  }
}

describe('TK4 a refresh token', () => {
  it('opens no door that an access token opens, nor the other way round', async () => {
    const { tokens } = await app.register();
    await me(tokens.refresh_token).expect(401);
    await send(tokens.access_token.slice(0, 200)).expect(401);
    await send(tokens.access_token.split('.').at(-1) ?? '').expect(401);
    await me(tokens.access_token).expect(200);
  });

  it('is stored as something that can not be sent', async () => {
    const user = await app.register();
    const [stored] = await liveTokens(user);
    const [owner] = user.tokens.refresh_token.split('.');
    await send(`${owner}.${stored?.token_hash.toString('base64url')}`).expect(401);
    await refresh(user.tokens.refresh_token);
  });
});

describe('TK5 a refresh token that is used again', () => {
  it('ends its family, whichever ancestor it is', async () => {
    for (const ancestor of [0, 1, 2]) {
      const user = await app.register();
      const family = [user.tokens];
      for (let generation = 0; generation < 3; generation += 1) {
        family.push(await refresh(family.at(-1)?.refresh_token ?? ''));
      }
      // The last but one has an unused successor, so it takes the end of the grace time as well.
      app.advance(11 * SECOND);
      await send(family[ancestor]?.refresh_token ?? '').expect(401);
      for (const { access_token, refresh_token } of family) {
        await send(refresh_token).expect(401);
        await me(access_token).expect(401);
      }
    }
  });

  it('is answered like one that never was', async () => {
    const user = await app.register();
    await refresh(user.tokens.refresh_token);
    app.advance(11 * SECOND);
    const reused = await send(user.tokens.refresh_token).expect(401);
    const [owner] = user.tokens.refresh_token.split('.');
    const unknown = await send(`${owner}.${'A'.repeat(43)}`).expect(401);
    const plain = ({ body: { request_id, ...problem } }: typeof reused) => problem;
    expect(plain(reused)).toEqual(plain(unknown));
  });
});

describe('TK6 simultaneous refreshes', () => {
  it('leave exactly one live successor: fifty with the same token', async () => {
    const user = await app.register();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(user.tokens.refresh_token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(await liveTokens(user)).toHaveLength(1);
    await refresh(answers[0]?.body.refresh_token);
  });

  it('that wait for a lock take nobody else the connections: fifty, with a pool of five', async () => {
    const bystander = await app.register();
    const users: TestUser[] = [];
    await inParallel(Array(50).fill(0), 4, async () => void users.push(await app.register()));
    await whileLocked(
      (trx) => trx('sessions').whereIn('id', users.map(sessionIdOf)).forUpdate(),
      async (release) => {
        const waiting = Promise.all(users.map(({ tokens }) => send(tokens.refresh_token)));
        // Longer than anybody waits for a connection.
        for (const end = performance.now() + 1.5 * SECOND; performance.now() < end; ) {
          app.advance(11 * SECOND);
          await me(bystander.tokens.access_token).expect(200);
          // Not so often that the access token comes to its end.
          await sleep(50);
        }
        await release();
        expect((await waiting).map(({ status }) => status)).toEqual(Array(50).fill(200));
      },
    );
  });

  it('give up after a while, with a 503', async () => {
    const user = await app.register();
    await whileLocked(
      (trx) =>
        trx('sessions')
          .where({ id: sessionIdOf(user) })
          .forUpdate(),
      async () => {
        const answer = await send(user.tokens.refresh_token).expect(503);
        expect(answer.headers['retry-after']).toBe('1');
      },
    );
    await refresh(user.tokens.refresh_token);
  });
});

describe('TK7 an answer that got lost', () => {
  it.each([
    { after: 0, status: 200 },
    { after: 5 * SECOND, status: 200 },
    { after: 11 * SECOND, status: 401 },
  ])('is given again for ten seconds: $status after $after ms', async ({ after, status }) => {
    const user = await app.register();
    const lost = await refresh(user.tokens.refresh_token);
    app.advance(after);
    const again = await send(user.tokens.refresh_token).expect(status);
    if (status === 200) expect(again.body.refresh_token).toBe(lost.refresh_token);
    await send(lost.refresh_token).expect(status);
  });

  it('does not make the grace time begin anew', async () => {
    const user = await app.register();
    await refresh(user.tokens.refresh_token);
    for (const wait of [4, 4]) {
      app.advance(wait * SECOND);
      await refresh(user.tokens.refresh_token);
    }
    app.advance(4 * SECOND);
    await send(user.tokens.refresh_token).expect(401);
  });
});

describe('TK8 the end of a family', () => {
  it('is committed before the answer, and not undone by it', async () => {
    const user = await app.register();
    const next = await refresh(user.tokens.refresh_token);
    app.advance(11 * SECOND);
    await send(user.tokens.refresh_token).expect(401);
    expect(await sessionOf(user)).toMatchObject({ revoked_at: expect.any(String) });
    // By a server that remembers nothing, too.
    const other = await createTestApp({ DATABASE_URL: app.config.database.url ?? '' });
    try {
      await other
        .as({ authorization: `Bearer ${next.access_token}` })
        .get('/api/v1/me')
        .expect(401);
    } finally {
      await other.close();
    }
  });
});

describe('TK10 what ends sessions', () => {
  it('keeps the refresh of a disabled account from going on, for as long as it is disabled', async () => {
    const user = await app.register();
    const row = app.database('users').where({ id: user.id });
    await row.clone().update({ disabled_at: new Date() });
    await send(user.tokens.refresh_token).expect(401);
    app.advance(11 * SECOND);
    await me(user.tokens.access_token).expect(401);
    await row.clone().update({ disabled_at: null });
    await refresh(user.tokens.refresh_token);
  });

  it('cuts the scopes of a session to what the role has now', async () => {
    const user = await app.register();
    const row = app.database('users').where({ id: user.id });
    await row.clone().update({ role: 'admin' });
    const admin = await logInAgain(app, user);
    expect(admin.tokens.scope).toContain('users:read');
    const limited = await limitedTo(app, user, 'users:read profile:read');
    const onlyAdmin = await limitedTo(app, user, 'users:read users:write');
    await row.clone().update({ role: 'user' });
    const next = await refresh(admin.tokens.refresh_token);
    expect(next.scope).not.toContain('users:');
    expect(next.scope).toContain('tasks:write');
    expect((await refresh(limited.tokens.refresh_token)).scope).toBe('profile:read');
    const nothing = await refresh(onlyAdmin.tokens.refresh_token);
    expect(nothing.scope).toBe('');
    await me(nothing.access_token).expect(403);
    // What the session was given is kept, in case the role comes back.
    await row.clone().update({ role: 'admin' });
    expect((await refresh(next.refresh_token)).scope).toContain('users:read');
  });

  it('never gives a session more than it was opened with', async () => {
    const user = await app.register();
    const limited = await limitedTo(app, user, 'tasks:read');
    await app.database('users').where({ id: user.id }).update({ role: 'admin' });
    expect((await refresh(limited.tokens.refresh_token)).scope).toBe('tasks:read');
  });

  /** What a change of the password does, under the lock that it takes. */
  const changePassword = async (trx: Knex.Transaction, user: TestUser, password: string): Promise<void> => {
    const password_hash = await bcrypt.hash(password, 4);
    await trx('users').where({ id: user.id }).update({ password_hash });
    await sessionsRepository(app.database).revokeAll(trx, user.id, new Date().toISOString(), 'test');
  };

  it('leaves no session to a login that raced a change of the password', async () => {
    const user = await app.register();
    await whileLocked(
      (trx) => trx('users').where({ id: user.id }).forUpdate(),
      async (release) => {
        const racing = logIn(user).then((answer) => answer);
        // The password is right when it is checked; then the login waits for the account's row.
        await untilSomebodyWaits();
        await release();
        expect((await racing).status).toBe(200);
      },
    );
    const trx = await app.database.transaction();
    await changePassword(trx, user, 'another good password');
    const racing = logIn(user).then((answer) => answer);
    await untilSomebodyWaits();
    await trx.commit();
    expect((await racing).status).toBe(401);
    expect(await app.database('sessions').where({ user_id: user.id, revoked_at: null })).toEqual([]);
    await logIn({ ...user, password: 'another good password' }).expect(200);
  });

  it('lets no login that renews an outdated hash bring the old password back', async () => {
    const user = await app.register();
    const outdated = await bcrypt.hash(user.password, 5);
    await app.database('users').where({ id: user.id }).update({ password_hash: outdated });
    const trx = await app.database.transaction();
    await changePassword(trx, user, 'another good password');
    const racing = logIn(user).then((answer) => answer);
    await untilSomebodyWaits();
    await trx.commit();
    expect((await racing).status).toBe(401);
    await logIn({ ...user, password: 'another good password' }).expect(200);
  });

  it('lets every one of several logins in that renew an outdated hash at the same time', async () => {
    const user = await app.register();
    const outdated = await bcrypt.hash(user.password, 5);
    await app.database('users').where({ id: user.id }).update({ password_hash: outdated });
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(user)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  });

  it('leaves no session to a login that raced the disabling of the account', async () => {
    const user = await app.register();
    const trx = await app.database.transaction();
    await trx('users').where({ id: user.id }).update({ disabled_at: new Date() });
    const racing = logIn(user).then((answer) => answer);
    await untilSomebodyWaits();
    await trx.commit();
    expect((await racing).status).toBe(401);
    expect(await app.database('sessions').where({ user_id: user.id })).toHaveLength(1);
  });

  /** Until a statement of the server waits for a lock of ours. */
  async function untilSomebodyWaits(): Promise<void> {
    const waiting = () =>
      app
        .database('pg_stat_activity')
        .whereRaw("wait_event_type = 'Lock' and datname = current_database()")
        .count('* as count')
        .first();
    await expect.poll(async () => Number((await waiting())?.count), { timeout: 10_000 }).toBeGreaterThan(0);
  }
});
