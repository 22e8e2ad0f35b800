/** The packed package, bundled, on a page and in a worker of another origin than the real server's. */
import { cpSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findChromium, launch, openPage } from '../../../tests/browser/chromium.ts';
import { createTestApp, type TestApp } from '../../../tests/setup/test-app.ts';
import { type Consumer, createConsumer } from '../../scripts/consumer.ts';
import { arrived } from '../support/journey.js';

const chromium = findChromium();

const PAGE = '<!doctype html><title>A front end</title>';
const ON_PAGE = `import * as sdk from '@taskpact/sdk';
  import { journey } from './journey.js';
  globalThis.start = (baseUrl) => journey(sdk, baseUrl);`;
const IN_WORKER = `import * as sdk from '@taskpact/sdk';
  import { journey } from './journey.js';
  addEventListener('message', async ({ data }) => postMessage(await journey(sdk, data).catch(String)));`;

/** Serves the page and its scripts, as a front end's own server does. */
async function serve(files: Readonly<Record<string, string>>): Promise<{ server: Server; origin: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
    const body = files[url];
    response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe.skipIf(chromium === undefined)('in Chromium the package', () => {
  let consumer: Consumer;
  let frontEnd: Awaited<ReturnType<typeof serve>>;
  let app: TestApp;
  let browser: Browser;
  let baseUrl = '';
  beforeAll(async () => {
    consumer = await createConsumer(inject('archive'));
    cpSync(join(import.meta.dirname, '../support/journey.js'), join(consumer.folder, 'journey.js'));
    const bundle = async (contents: string): Promise<string> => {
      const stdin = { contents, resolveDir: consumer.folder };
      const options = { bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' } as const;
      return (await build({ stdin, platform: 'browser', ...options })).outputFiles[0]?.text ?? '';
    };
    frontEnd = await serve({
      '/': `${PAGE}<script type="module" src="/page.js"></script>`,
      '/page.js': await bundle(ON_PAGE),
      '/worker.js': await bundle(IN_WORKER),
    });
    app = await createTestApp({ CORS_ORIGINS: frontEnd.origin });
    baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    browser = await launch(chromium ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    frontEnd.server.close();
    consumer.remove();
  });

  test('works on a page of another origin', async () => {
    const { page } = await openPage(browser);
    await page.goto(frontEnd.origin);
    await page.waitForFunction(() => 'start' in globalThis);
    type Start = { start: (baseUrl: string) => Promise<unknown> };
    expect(await page.evaluate((url) => (globalThis as unknown as Start).start(url), baseUrl)).toEqual(
      arrived,
    );
  });

  test('works in a worker', async () => {
    const { page } = await openPage(browser);
    await page.goto(frontEnd.origin);
    const result = await page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(url);
        }),
      baseUrl,
    );
    expect(result).toEqual(arrived);
  });
});
