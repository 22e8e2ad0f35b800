import { describe, expect, test } from 'vitest';
import { etagCache, memoryTokenStore } from '../../src/index.ts';
import { useRealServer } from '../support/real-server.ts';
import { failureOf } from '../support/samples.ts';

const server = useRealServer({ ACCESS_TOKEN_TTL: '15m' });
const MINUTES = 60_000;

/** Requests to the path since the count was started. */
function counter(request: string): () => number {
  const before = server.requests.length;
  return () => server.requests.slice(before).filter((line) => line === request).length;
}

describe('an access token that has expired', () => {
  test('is renewed once for 20 calls at the same time', async () => {
    const client = await server.newUser();
    server.app.advance(16 * MINUTES);
    const refreshes = counter('POST /api/v1/auth/refresh');
    const tasks = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.tasks.create({ title: `Task ${i}` })),
    );
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(20);
    expect(refreshes()).toBe(1);
    expect((await client.tasks.list()).total).toBe(20);
  });

  test('is renewed again and again, as the session goes on', async () => {
    const client = await server.newUser();
    for (let round = 0; round < 3; round += 1) {
      server.app.advance(16 * MINUTES);
      expect((await client.me.get().withResponse()).attempts).toBe(2);
      expect((await client.me.get().withResponse()).attempts).toBe(1);
    }
  });

  test('is renewed between two pages', async () => {
    const client = await server.newUser();
    await Promise.all(Array.from({ length: 30 }, (_, i) => client.tasks.create({ title: `Task ${i}` })));
    let seen = 0;
    for await (const page of client.tasks.list({ size: 10 }).pages()) {
      seen += page.items.length;
      server.app.advance(16 * MINUTES);
    }
    expect(seen).toBe(30);
  });
});

describe('a session', () => {
  test('is shared by clients that share a store', async () => {
    const tokens = memoryTokenStore();
    const first = await server.newUser({ tokens });
    const second = server.client({ tokens });
    expect(await second.me.get()).toEqual(await first.me.get());
    server.app.advance(16 * MINUTES);
    // Each refreshes for itself; the server gives both the same successor.
    const [one, two] = await Promise.all([first.me.get(), second.me.get()]);
    expect(one).toEqual(two);
    await first.auth.logout();
    expect(await failureOf(second.me.get())).toMatchObject({ name: 'UnauthenticatedError' });
  });

  test('that was ended elsewhere is over here, and forgotten', async () => {
    const tokens = memoryTokenStore();
    const client = await server.newUser({ tokens });
    const { refresh_token } = (await tokens.get()) ?? {};
    await server.client().auth.logout({ refresh_token: refresh_token ?? '' });
    const error = await failureOf(client.me.get());
    expect(error).toMatchObject({ name: 'UnauthenticatedError', code: 'unauthenticated' });
    expect(await tokens.get()).toBeUndefined();
  });

  test('of another account never shows what the cache has kept', async () => {
    const client = await server.newUser({ middleware: [etagCache()] });
    const ada = await client.me.get();
    expect((await client.me.get().withResponse()).data).toEqual(ada);
    await client.auth.register({ email: 'charles@example.com', password: 'correct horse battery' });
    expect(await client.me.get()).toMatchObject({ email: 'charles@example.com' });
  });
});
