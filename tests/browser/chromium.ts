import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** No sandbox, because tests may run as root in a container; and none of the browser's own traffic. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Where Chromium is: `CHROMIUM_PATH`, or one of the usual places.
 *
 * @throws Error in CI when there is none, so that these tests can't be lost there unnoticed
 */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  const found = (given ? [given] : PLACES).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const reason = given
    ? `CHROMIUM_PATH names ${given}, which is not there`
    : `no Chromium in ${PLACES.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(`The browser tests need Chromium: ${reason}.`);
  console.warn(`Browser tests are skipped: ${reason}. Set CHROMIUM_PATH.`);
  return undefined;
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A page of its own session that keeps what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors, uncaught errors and violations of the Content-Security-Policy. */
  readonly faults: readonly string[];
  /** Addresses that the page asked for, data: and blob: aside. */
  readonly requested: readonly string[];
}

const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP violation', event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber));`;

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const faults: string[] = [];
  const requested: string[] = [];
  await context.addInitScript({ content: REPORT_VIOLATIONS });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  context.on('weberror', (fault) => faults.push(fault.error().message));
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url())) requested.push(request.url());
  });
  // A busy machine takes its time.
  context.setDefaultTimeout(60_000);
  return { page: await context.newPage(), faults, requested };
}
