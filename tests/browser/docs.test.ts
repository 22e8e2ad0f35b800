/** The docs page and the problem pages in a real Chromium, against a real server. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { contract, operations } from '../setup/contract.ts';
import { findChromium, launch, openPage, type WatchedPage } from './chromium.ts';
import { type RunningServer, startServer } from './server.ts';

const chromiumPath = findChromium();
const TIMEOUT = 120_000;

describe.skipIf(chromiumPath === undefined)('in Chromium', { timeout: TIMEOUT }, () => {
  let server: RunningServer;
  let browser: Browser;
  const pages: WatchedPage[] = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launch(chromiumPath ?? '');
  }, TIMEOUT);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  }, TIMEOUT);

  /** Whatever else a test looks at: no page may do one of these. */
  afterEach(async () => {
    const seen = pages.splice(0);
    for (const { page } of seen) await page.context().close();
    const outside = seen
      .flatMap(({ requested }) => requested)
      .filter((url) => new URL(url).origin !== server.origin);
    expect(outside).toEqual([]);
    expect(seen.flatMap(({ faults }) => faults)).toEqual([]);
  });

  async function open(path: string, options?: BrowserContextOptions): Promise<Page> {
    const watched = await openPage(browser, options);
    pages.push(watched);
    const response = await watched.page.goto(server.origin + path);
    expect(response?.status()).toBe(200);
    return watched.page;
  }

  async function register(): Promise<{ email: string; password: string; bearer: string }> {
    const account = { email: `reader-${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
    const response = await fetch(`${server.origin}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(account),
    });
    expect(response.status).toBe(201);
    const tokens = (await response.json()) as Schemas['TokenSet'];
    return { ...account, bearer: `Bearer ${tokens.access_token}` };
  }

  test('the page shows every operation of the contract', async () => {
    const page = await open('/docs');
    await page.locator('.opblock').first().waitFor();
    const ids = await page.locator('.opblock-summary-operation-id').allInnerTexts();
    // The browser may break a long name with a zero-width space.
    const names = ids.map((id) => id.replaceAll('\u200b', '').trim());
    expect(names.toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
    expect(await page.title()).toContain('Taskpact');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('a user logs in on the page and creates a task with it', async () => {
    const user = await register();
    const page = await open('/docs');
    const login = await logIn(page, user);
    expect(login.status).toBe(200);
    expect(login.form).toEqual({ grant_type: 'password', username: user.email, password: user.password });

    const created = await tryOut(page, 'Tasks', 'createTask', async (operation) => {
      await operation.locator('textarea').fill(JSON.stringify({ title: 'Written on the docs page' }));
    });
    expect(created).toBe(201);

    const response = await fetch(`${server.origin}/api/v1/tasks`, {
      headers: { Authorization: user.bearer },
    });
    const { items } = (await response.json()) as Schemas['TaskList'];
    expect(items).toEqual([
      expect.objectContaining({ title: 'Written on the docs page', status: 'pending' }),
    ]);
  });

  test('what the forms are filled with works as it is', async () => {
    const user = await register();
    const page = await open('/docs');
    await logIn(page, user);
    expect(await tryOut(page, 'Tasks', 'createTask')).toBe(201);
    expect(await tryOut(page, 'Tasks', 'listTasks')).toBe(200);
    expect(await tryOut(page, 'Me', 'getMe')).toBe(200);
    expect(await tryOut(page, 'Me', 'updateMe')).toBe(200);
  });

  test('a session can be limited to a scope', async () => {
    const user = await register();
    const page = await open('/docs');
    const login = await logIn(page, user, 'tasks:read');
    expect(login.status).toBe(200);
    expect(login.form.scope).toBe('tasks:read');
    expect(await tryOut(page, 'Tasks', 'listTasks')).toBe(200);
  });

  test('the log-in asks for nothing but an address, a password and scopes', async () => {
    const page = await open('/docs');
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    await page.getByLabel('username:').waitFor();
    const fields = page.locator('.auth-container').locator('input:not([type=checkbox]), select, textarea');
    expect(await fields.filter({ visible: true }).count()).toBe(2);
  });

  test('the address of an operation opens it', async () => {
    const page = await open('/docs#/Tasks/getTask');
    await page.locator('#operations-Tasks-getTask.is-open').waitFor();
  });

  test('every problem has a page, and the list leads to it', async () => {
    const page = await open('/docs/problems');
    const links = page.locator('.entries a');
    const codes: readonly string[] = contract.components.schemas.ProblemCode.enum;
    expect(await links.count()).toBe(codes.length);
    for (const code of codes) {
      await page.locator('.entries a', { has: page.getByText(code, { exact: true }) }).click();
      const { title } = contract.components.schemas.ProblemCode['x-problems'][code];
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title);
      expect(new URL(page.url()).pathname).toBe(`/docs/problems/${code}`);
      await page.goBack();
    }
  });

  test('a problem leads to its page, and the page to the operations', async () => {
    const response = await fetch(`${server.origin}/api/v1/tasks`);
    const { type } = (await response.json()) as Schemas['Problem'];
    const page = await open(new URL(type).pathname);
    expect(page.url()).toBe(type);
    await page.getByRole('link', { name: 'POST /api/v1/tasks', exact: true }).click();
    await page.locator('#operations-Tasks-createTask.is-open').waitFor();
  });

  const COLOURS = { light: 'rgb(255, 255, 255)', dark: 'rgb(28, 32, 34)' };
  test.each(['light', 'dark'] as const)('the pages have their %s colours', async (colorScheme) => {
    for (const path of ['/docs', '/docs/problems', '/docs/problems/not_found']) {
      const page = await open(path, { colorScheme });
      if (path === '/docs') await page.locator('.opblock').first().waitFor();
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        COLOURS[colorScheme],
      );
    }
  });

  test.each(['/docs', '/docs/problems', '/docs/problems/validation_failed'])(
    '%s fits a phone',
    async (path) => {
      const page = await open(path, {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
      });
      if (path === '/docs') await page.locator('.opblock').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    },
  );
});

/** Logs in through the dialog, and closes it. */
async function logIn(
  page: Page,
  { email, password }: { email: string; password: string },
  scope?: string,
): Promise<{ status: number; form: Record<string, string> }> {
  await page.getByRole('button', { name: 'Authorize', exact: true }).click();
  await page.getByLabel('username:').fill(email);
  await page.getByLabel('password:', { exact: true }).fill(password);
  if (scope !== undefined) await page.locator('.scopes label', { hasText: scope }).click();
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => candidate.url().endsWith('/api/v1/auth/login')),
    page.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click(),
  ]);
  await page.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await page.locator('.btn-done').click();
  const form = Object.fromEntries(new URLSearchParams(response.request().postData() ?? ''));
  return { status: response.status(), form };
}

/** Sends a request with "Try it out", and returns the status that the page shows. */
async function tryOut(
  page: Page,
  tag: string,
  operationId: string,
  fill: (operation: ReturnType<Page['locator']>) => Promise<void> = async () => {},
): Promise<number> {
  const operation = page.locator(`#operations-${tag}-${operationId}`);
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await fill(operation);
  await operation.getByRole('button', { name: 'Execute' }).click();
  const status = operation.locator('.live-responses-table .response-col_status').last();
  await status.waitFor();
  return Number.parseInt(await status.innerText(), 10);
}
