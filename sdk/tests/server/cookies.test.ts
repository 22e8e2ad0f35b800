import { describe, expect, test } from 'vitest';
import { memoryTokenStore } from '../../src/index.ts';
import { createBrowser } from '../support/cookie-jar.ts';
import { useRealServer } from '../support/real-server.ts';
import { failureOf } from '../support/samples.ts';

const ORIGIN = 'https://app.example.com';
const server = useRealServer({ CORS_ORIGINS: ORIGIN });
const MINUTES = 60_000;
const COOKIE = '__Host-taskpact_refresh';

describe('a session in a browser', () => {
  test('lives on in its cookie alone: through expiry, reload and logout', async () => {
    const browser = createBrowser(ORIGIN);
    const tokens = memoryTokenStore();
    const options = { cookies: true, fetch: browser.fetch };
    const client = await server.newUser({ ...options, tokens });
    const first = browser.cookies.get(COOKIE);
    expect(await tokens.get()).toMatchObject({ refresh_token: null });

    server.app.advance(16 * MINUTES);
    const me = await client.me.get();
    expect(browser.cookies.get(COOKIE)).not.toBe(first);

    // The page is loaded anew: nothing is left but the cookie.
    const reloaded = server.client(options);
    expect(await reloaded.me.get()).toEqual(me);
    expect(await Promise.all([reloaded.me.get(), server.client(options).me.get()])).toEqual([me, me]);

    await reloaded.auth.logout();
    expect(browser.cookies.size).toBe(0);
    expect(await failureOf(client.me.get())).toMatchObject({ name: 'UnauthenticatedError' });
    expect(await failureOf(server.client(options).me.get())).toMatchObject({
      name: 'UnauthenticatedError',
      attempts: 1,
    });
    expect(await failureOf(reloaded.auth.logout())).toBeInstanceOf(TypeError);
  });

  test('that was ended elsewhere is over, and its cookie is gone', async () => {
    const browser = createBrowser(ORIGIN);
    const client = await server.newUser({ cookies: true, fetch: browser.fetch });
    const { id } = await client.me.get();
    await server.app.database('sessions').where({ user_id: id }).update({ revoked_at: new Date() });
    server.app.advance(16 * MINUTES);
    expect(await failureOf(client.me.get())).toMatchObject({ name: 'UnauthenticatedError' });
    expect(browser.cookies.size).toBe(0);
  });

  test('is not for pages of other origins', async () => {
    const browser = createBrowser('https://evil.example');
    const client = server.client({ cookies: true, fetch: browser.fetch });
    const error = await failureOf(
      client.auth.register({ email: 'eve@example.com', password: 'correct horse battery' }),
    );
    expect(error).toMatchObject({ name: 'ValidationError', errors: [{ parameter: 'token-transport' }] });
    expect(browser.cookies.size).toBe(0);
  });
});
