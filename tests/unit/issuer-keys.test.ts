/** The keys of another issuer change, and its endpoint comes and goes; those who have a good token notice little of it. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { externalTokens } from '../../src/auth/external-tokens.ts';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { loadDocument } from '../../src/contract/document.ts';
import { createTextCheck } from '../../src/contract/values.ts';
import { UnauthenticatedError, UnavailableError } from '../../src/errors.ts';
import { createIssuer, createIssuerKey, type IssuerKey, type TestIssuer } from '../setup/issuer.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const isText = createTextCheck(loadDocument().document);

let issuer: TestIssuer;
let time: number;
let failures: unknown[];
/** What the server thinks of a token. */
let check: (token: string) => Promise<'good' | 'bad' | 'unknown'>;
beforeEach(async () => {
  issuer = await createIssuer();
  time = Date.now();
  const heard: unknown[] = [];
  failures = heard;
  const now = () => new Date(time);
  const url = `${issuer.url}/jwks`;
  const keys = issuerKeys({ url, now, onFailure: (error) => heard.push(error) });
  const tokens = externalTokens({ issuer: issuer.url, audience: issuer.audience, keys, isText, now });
  check = (token) =>
    tokens.verify(token).then(
      () => 'good',
      (error: unknown) => {
        if (error instanceof UnavailableError) return 'unknown';
        if (error instanceof UnauthenticatedError) return 'bad';
        throw error;
      },
    );
});
afterEach(() => issuer.stop());

/** A token that outlives the clock's leaps. */
const sign = (key?: IssuerKey) =>
  issuer.sign(issuer.claims({ exp: Math.floor(Date.now() / 1000) + 10 * 86_400 }), {}, key);

describe('the keys of another issuer', () => {
  it('are asked for once, however many come at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => sign()));
    expect(new Set(await Promise.all(tokens.map(check)))).toEqual(new Set(['good']));
    expect(issuer.asked()).toBe(1);
  });

  it('are read anew every ten minutes, so that one that was withdrawn is trusted no longer', async () => {
    const token = await sign();
    expect(await check(token)).toBe('good');
    issuer.keys = [await createIssuerKey('EdDSA')];
    time += 9 * MINUTE;
    expect(await check(token)).toBe('good');
    time += MINUTE;
    expect(await check(await sign())).toBe('good');
    time += 5 * MINUTE;
    expect(await check(token)).toBe('bad');
    // Once more, because it might have been published meanwhile.
    expect(issuer.asked()).toBe(3);
  });

  it('may change: a key that is not known yet is looked for, without a restart', async () => {
    const [before] = issuer.keys as [IssuerKey];
    expect(await check(await sign())).toBe('good');
    const after = await createIssuerKey('ES256');
    issuer.keys = [after, before];
    time += 10 * SECOND;
    expect(await check(await sign(after))).toBe('good');
    expect(await check(await sign(before))).toBe('good');
    expect(issuer.asked()).toBe(2);
  });

  it('are not asked for by every token with a made-up key: at most once in ten seconds', async () => {
    expect(await check(await sign())).toBe('good');
    time += 10 * SECOND;
    const stranger = await createIssuerKey('EdDSA');
    const flood = Array.from({ length: 50 }, async (_, index) =>
      check(await sign({ ...stranger, kid: `made-up-${index}` })),
    );
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['bad']));
    expect(issuer.asked()).toBe(2);
    expect(await check(await sign())).toBe('good');
  });
});

it('a token of another issuer is bad, even by a key of this one', async () => {
  for (const iss of ['https://other.example', `${issuer.url}/`]) {
    expect(await check(await issuer.sign(issuer.claims({ iss })))).toBe('bad');
  }
  expect(await check(await sign())).toBe('good');
});

describe('while the endpoint of the keys is away', () => {
  it('a token is neither good nor bad: 503, and nobody asks again for ten seconds', async () => {
    await issuer.stop();
    const token = await sign();
    expect(await check(token)).toBe('unknown');
    await issuer.start();
    expect(await check(token)).toBe('unknown');
    expect(issuer.asked()).toBe(0);
    time += 10 * SECOND;
    expect(await check(token)).toBe('good');
  });

  it('tokens by a key that is known are good for a day, and those by another are not known to be bad', async () => {
    const token = await sign();
    expect(await check(token)).toBe('good');
    const stranger = await sign(await createIssuerKey('EdDSA'));
    expect(await check(stranger)).toBe('bad');
    await issuer.stop();
    time += 23 * 60 * MINUTE;
    expect(await check(token)).toBe('good');
    expect(await check(await sign())).toBe('good');
    expect(await check(stranger)).toBe('unknown');
    time += 60 * MINUTE;
    expect(await check(token)).toBe('unknown');
    await issuer.start();
    time += 10 * SECOND;
    expect(await check(token)).toBe('good');
    expect(await check(stranger)).toBe('bad');
  });

  it('only the first waits for an endpoint that does not answer, and three seconds at most', async () => {
    const known = await sign();
    expect(await check(known)).toBe('good');
    const waiting: ServerResponse[] = [];
    const { answer } = issuer;
    issuer.answer = (response) => void waiting.push(response);
    time += 10 * MINUTE;
    const started = performance.now();
    expect(await check(known)).toBe('good');
    expect(performance.now() - started).toBeGreaterThan(2900);
    // Long enough ago to be tried again, which nobody has to wait for.
    time += 10 * SECOND;
    const again = performance.now();
    expect(await check(await sign())).toBe('good');
    expect(performance.now() - again).toBeLessThan(2900);
    await expect.poll(() => waiting.length).toBe(2);
    issuer.answer = answer;
    for (const response of waiting) response.destroy();
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => response.writeHead(500).end('{"keys":[]}')],
    ['a redirect', (response) => response.writeHead(302, { Location: issuer.url }).end()],
    ['no answer at all', (response) => response.destroy()],
    ['half an answer', (response) => response.writeHead(200, { 'Content-Length': '99' }).end('{"keys"')],
    ['a page', (response) => response.end('<html></html>')],
    ['no set of keys', (response) => response.end('{"keys":{}}')],
    ['nothing', (response) => response.writeHead(204).end()],
  ])('it may answer %s as well', async (_what, answer) => {
    const { answer: sound } = issuer;
    issuer.answer = answer;
    const token = await sign();
    expect(await check(token)).toBe('unknown');
    expect(failures).toHaveLength(1);
    issuer.answer = sound;
    time += 10 * SECOND;
    expect(await check(token)).toBe('good');
  });

  it('it may answer without an end: no more is read than a set of keys can have', async () => {
    issuer.answer = flood;
    expect(await check(await sign())).toBe('unknown');
    expect(failures.map(String)).toEqual(['Error: The set of keys is larger than 65536 bytes']);
  });
});

/** An answer that never ends. */
function flood(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '.repeat(10_000)), 1);
  response.once('close', () => clearInterval(timer));
}
