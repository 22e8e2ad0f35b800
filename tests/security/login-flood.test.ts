/** AN9: more logins at once than the server works on are refused, after a moment, and nobody else feels it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contract } from '../setup/contract.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const { parallel } = contract['x-rate-limits'].credentials;
const FLOOD = 5 * parallel;
const REFUSAL_DELAY = 400;

let app: TestApp;
beforeAll(async () => {
  // Hashes that take a while, so that logins pile up.
  app = await createTestApp(
    { RATE_LIMIT: 'on', TRUST_PROXY: 'loopback', BCRYPT_COST: '10' },
    { refusalDelay: REFUSAL_DELAY },
  );
});
afterAll(() => app.close());

/** From an address of its own, so that nothing but the number at once is too much. */
async function login(index: number) {
  const started = performance.now();
  const { status, body, headers } = await app.anonymous
    .post('/api/v1/auth/login')
    .set('X-Forwarded-For', `192.0.2.${index}`)
    .send({ email: `nobody-${index}@example.com`, password: 'not the password' });
  return { status, code: body.code, retryAfter: headers['retry-after'], took: performance.now() - started };
}

it('AN9 AV2 a flood of logins is refused for the most part, while other operations go on', async () => {
  const user = await app.register();
  let answered = 0;
  const flood = Array.from({ length: FLOOD }, async (_, index) => {
    const answer = await login(index);
    answered += 1;
    return answer;
  });
  await app.as(user).get('/api/v1/me').expect(200);
  expect(answered).toBeLessThan(FLOOD);

  const answers = await Promise.all(flood);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]));
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(FLOOD / 2);
  for (const { code, retryAfter, took } of refused) {
    expect([code, retryAfter]).toEqual(['unavailable', '2']);
    // setTimeout may be a millisecond early.
    expect(took).toBeGreaterThanOrEqual(REFUSAL_DELAY / 2 - 1);
  }
  expect(await login(FLOOD)).toMatchObject({ status: 401 });
});

it('AN9 what is refused for its number is held back as well', async () => {
  const { requests } = contract['x-rate-limits'].credentials;
  const refresh = () =>
    app.anonymous
      .post('/api/v1/auth/refresh')
      .set('X-Forwarded-For', '198.51.100.1')
      .send({ refresh_token: 'AZqv' });
  for (let count = 0; count < requests; count += 1) await refresh().expect(401);
  const started = performance.now();
  await refresh().expect(429);
  expect(performance.now() - started).toBeGreaterThanOrEqual(REFUSAL_DELAY / 2 - 1);
});
