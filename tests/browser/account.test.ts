/** The pages that the links in mails lead to, from the mail on, in a real Chromium against a real server. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { linkIn, type Mailbox, openMailbox, tokenIn } from '../setup/mailbox.ts';
import { findChromium, launch, openPage, type WatchedPage } from './chromium.ts';
import { type RunningServer, startServer } from './server.ts';

const chromiumPath = findChromium();
const TIMEOUT = 120_000;
const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple battery correct';

describe.skipIf(chromiumPath === undefined)('in Chromium', { timeout: TIMEOUT }, () => {
  let mailbox: Mailbox;
  let server: RunningServer;
  let browser: Browser;
  const pages: WatchedPage[] = [];

  beforeAll(async () => {
    mailbox = await openMailbox();
    server = await startServer({ SMTP_URL: mailbox.url, LOG_LEVEL: 'trace' });
    browser = await launch(chromiumPath ?? '');
  }, TIMEOUT);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await mailbox?.close();
  }, TIMEOUT);

  /** A refusal of the API is told on the console too; nothing else may be there, and nothing may come from elsewhere. */
  afterEach(async () => {
    const seen = pages.splice(0);
    for (const { page } of seen) await page.context().close();
    const requested = seen.flatMap((watched) => watched.requested);
    expect(requested.filter((url) => new URL(url).origin !== server.origin)).toEqual([]);
    const faults = seen.flatMap((watched) => watched.faults);
    expect(faults.filter((fault) => !fault.includes('422 (Unprocessable Entity)'))).toEqual([]);
  });

  async function open(address: string | URL, options?: BrowserContextOptions): Promise<Page> {
    const watched = await openPage(browser, options);
    pages.push(watched);
    const response = await watched.page.goto(String(address));
    expect(response?.status()).toBe(200);
    return watched.page;
  }

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.origin}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const login = async (email: string, password: string): Promise<Response> =>
    post('login', { email, password });

  async function register(): Promise<{ email: string; link: URL }> {
    const email = `mailed-${crypto.randomUUID()}@example.com`;
    expect((await post('register', { email, password: PASSWORD })).status).toBe(201);
    return { email, link: linkIn(await mailbox.take(email)) };
  }

  async function forget(email: string): Promise<URL> {
    expect((await post('password/forgot', { email })).status).toBe(202);
    return linkIn(await mailbox.take(email, /password/));
  }

  const said = (page: Page, kind: 'done' | 'fault') => page.locator(`#status.${kind}`).innerText();

  test('an address is confirmed by a click, not by opening the page, and once', async () => {
    const { email, link } = await register();
    const page = await open(link);
    expect(await page.title()).toBe('Confirm your e-mail address | Taskpact');
    await page.getByRole('button', { name: 'Confirm the address' }).waitFor();
    expect(page.url()).toBe(`${server.origin}/verify-email`);
    const before = (await (await login(email, PASSWORD)).json()) as Schemas['TokenSet'];
    expect(before.user.email_verified).toBe(false);

    await page.getByRole('button', { name: 'Confirm the address' }).click();
    expect(await said(page, 'done')).toContain('is confirmed');
    expect(await page.getByRole('button').count()).toBe(0);
    const after = (await (await login(email, PASSWORD)).json()) as Schemas['TokenSet'];
    expect(after.user.email_verified).toBe(true);

    const again = await open(link);
    await again.getByRole('button').click();
    expect(await said(again, 'fault')).toContain('not good any more');
  });

  test('a password is set, after one that is refused', async () => {
    const { email } = await register();
    const page = await open(await forget(email));
    const field = page.getByLabel('New password');
    expect(await field.getAttribute('autocomplete')).toBe('new-password');
    await field.fill('password1');
    await page.getByRole('button', { name: 'Set the password' }).click();
    expect(await said(page, 'fault')).toBe('The password is widely used and would be guessed early.');

    await field.fill(NEW_PASSWORD);
    await page.getByLabel('Show the password').check();
    expect(await field.getAttribute('type')).toBe('text');
    await field.press('Enter');
    expect(await said(page, 'done')).toContain('The new password is set');
    expect((await login(email, PASSWORD)).status).toBe(401);
    expect((await login(email, NEW_PASSWORD)).status).toBe(200);
  });

  test('the keyboard is enough', async () => {
    const { link } = await register();
    const page = await open(link);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await said(page, 'done')).toContain('is confirmed');
  });

  test('without a token, or without the server, the page says so', async () => {
    const page = await open(`${server.origin}/reset-password`);
    expect(await said(page, 'fault')).toContain('Open the link in the mail again');
    expect(await page.getByRole('button').count()).toBe(0);

    const { link } = await register();
    const watched = await openPage(browser);
    await watched.page.goto(link.href);
    await watched.page.context().setOffline(true);
    await watched.page.getByRole('button').click();
    expect(await said(watched.page, 'fault')).toContain('can not be reached');
    await watched.page.context().setOffline(false);
    await watched.page.getByRole('button').click();
    expect(await said(watched.page, 'done')).toContain('is confirmed');
    await watched.page.context().close();
  });

  test.each([
    ['light', 390],
    ['dark', 390],
    ['light', 1280],
    ['dark', 1280],
  ] as const)('the pages fit and can be read: %s, %i px', async (colorScheme, width) => {
    const { email, link } = await register();
    for (const address of [link, await forget(email)]) {
      const page = await open(address, { colorScheme, viewport: { width, height: 800 } });
      await page.getByRole('button').waitFor();
      const scroll = await page.evaluate('document.documentElement.scrollWidth');
      expect(scroll).toBeLessThanOrEqual(width);
      expect(await contrast(page, 'button')).toBeGreaterThanOrEqual(4.5);
      expect(await contrast(page, 'h1')).toBeGreaterThanOrEqual(4.5);
      if (process.env.SCREENSHOTS !== undefined) {
        await page.screenshot({
          path: `${process.env.SCREENSHOTS}/${address.pathname.slice(1)}-${colorScheme}-${width}.png`,
        });
      }
    }
  });

  test('no token is in the log', async () => {
    const email = `logged-${crypto.randomUUID()}@example.com`;
    await post('register', { email, password: PASSWORD });
    const mail = await mailbox.take(email);
    const page = await open(linkIn(mail));
    await page.getByRole('button').click();
    await said(page, 'done');
    expect(server.output()).toContain('"path":"/api/v1/auth/email/verify"');
    expect(server.output()).not.toContain(tokenIn(mail).split('.').at(-1));
    expect(server.output()).not.toContain(email);
  });

  /** WCAG 2.2: how much lighter the text is than what is behind it, or the other way round. */
  async function contrast(page: Page, selector: string): Promise<number> {
    const script = `(() => {
      const opaque = (node) => {
        const color = getComputedStyle(node).backgroundColor;
        return /, 0\\)$/.test(color) && node.parentElement ? opaque(node.parentElement) : color;
      };
      const element = document.querySelector('${selector}');
      return [getComputedStyle(element).color, opaque(element)];
    })()`;
    const [text, ground] = (await page.evaluate(script)) as [string, string];
    const [a, b] = [luminance(text), luminance(ground)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  function luminance(color: string): number {
    const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
    const [r = 0, g = 0, b = 0] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
});
