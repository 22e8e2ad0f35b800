/** Who is logged in at one instance is so at all, and who is thrown out at one is thrown out at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Instance, serveInstances } from './support/instances.ts';
import { type Account, call, register, tokensOf } from './support/requests.ts';

const instances = serveInstances(3);

/** Milliseconds for which an instance may go on without having heard of what happened at another: docs/security.md. */
const FRESHNESS = 10_000;

const me = async (at: Instance, { authorization }: Pick<Account, 'authorization'>): Promise<number> =>
  (await call(at, 'GET', '/tasks', { authorization })).status;
const everywhere = (ask: (at: Instance) => Promise<number>): Promise<number[]> =>
  Promise.all(instances.all.map(ask));
const refresh = (at: Instance, { refreshToken }: Pick<Account, 'refreshToken'>) =>
  call(at, 'POST', '/auth/refresh', { body: { refresh_token: refreshToken } });

it('a session of one instance works on the others, and goes on there', async () => {
  const [here, there, elsewhere] = instances.all as [Instance, Instance, Instance];
  const user = await register(here);
  expect(await everywhere((at) => me(at, user))).toEqual([200, 200, 200]);
  const next = tokensOf(await refresh(there, user));
  expect(await everywhere((at) => me(at, next))).toEqual([200, 200, 200]);
  const { body } = await call(elsewhere, 'GET', '/me/sessions', next);
  expect(body.items).toHaveLength(1);
  // The one that was used up is no good anywhere; within the grace it leads to the same successor.
  expect(tokensOf(await refresh(elsewhere, user)).refreshToken).toBe(next.refreshToken);
});

it('what ends one at an instance ends it at all: there at once, elsewhere after ten seconds at most', async () => {
  const [here, there] = instances.all as [Instance, Instance];
  const admin = await register(here);
  await instances.client.query(`update users set role = 'admin' where email = $1`, [admin.email]);
  const { email, password } = admin;
  const { authorization } = tokensOf(await call(here, 'POST', '/auth/login', { body: { email, password } }));
  const idOf = async ({ email }: Account): Promise<string> => {
    const found = await call(here, 'GET', `/admin/users?q=${encodeURIComponent(email)}`, { authorization });
    return found.body.items[0].id;
  };
  const personal = async (user: Account) => {
    const body = { name: 'program', scopes: ['tasks:read'] };
    const { body: made } = await call(there, 'POST', '/me/tokens', { ...user, body });
    return { id: made.access_token.id as string, authorization: `Bearer ${made.token}` };
  };

  const [leaver, changer, disabled, holder] = await Promise.all(instances.all.concat(here).map(register));
  if (!leaver || !changer || !disabled || !holder) throw new Error('Too few');
  const other = tokensOf(
    await call(there, 'POST', '/auth/login', { body: { email: changer.email, password: changer.password } }),
  );
  const token = await personal(holder);
  const silenced = await personal(disabled);
  const ending = [leaver, other, disabled, token, silenced];
  // All instances remember them as alive.
  for (const one of ending) expect(await everywhere((at) => me(at, one))).toEqual([200, 200, 200]);

  const events = await Promise.all([
    call(here, 'POST', '/auth/logout', { body: { refresh_token: leaver.refreshToken } }),
    call(here, 'PUT', '/me/password', {
      ...changer,
      body: { current_password: changer.password, new_password: 'staple battery correct' },
    }),
    call(here, 'PATCH', `/admin/users/${await idOf(disabled)}`, { authorization, body: { disabled: true } }),
    call(here, 'DELETE', `/me/tokens/${token.id}`, holder),
  ]);
  const since = performance.now();
  expect(events.map(({ status }) => status)).toEqual([204, 204, 200, 204]);
  for (const one of ending) expect(await me(here, one)).toBe(401);
  for (const at of instances.all)
    for (const one of [leaver, other, disabled]) expect((await refresh(at, one)).status).toBe(401);
  await sleep(FRESHNESS - (performance.now() - since));
  for (const one of ending) expect(await everywhere((at) => me(at, one))).toEqual([401, 401, 401]);
  // Who had nothing to do with it goes on.
  expect(await everywhere((at) => me(at, holder))).toEqual([200, 200, 200]);
});
