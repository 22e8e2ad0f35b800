/** How long a login takes does not tell whether the account exists. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRawClient, type RawClient } from '../setup/http.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const SAMPLES = 40;

let app: TestApp;
let client: RawClient;
beforeAll(async () => {
  // Dear enough for the hash to be most of the time, and cheap enough for a test.
  app = await createTestApp({ BCRYPT_COST: '8' });
  client = createRawClient(app.server, 1);
});
afterAll(async () => {
  client.close();
  await app.close();
});

async function timeLogin(email: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ email, password: 'incorrect horse' });
  const started = performance.now();
  const { status } = await client.send({ method: 'POST', path: '/api/v1/auth/login', headers, body });
  expect(status).toBe(401);
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

it('takes as long for an unknown address, a disabled account and one without a password as for a wrong password', async () => {
  const [known, disabled, external] = [await app.register(), await app.register(), await app.register()];
  await app.database('users').where({ id: disabled.id }).update({ disabled_at: new Date().toISOString() });
  await app.database('users').where({ id: external.id }).update({ password_hash: null });
  const addresses = [known.email, 'nobody@example.com', disabled.email, external.email];
  const times = new Map<string, number[]>(addresses.map((address) => [address, []]));
  // In turns, so that whatever else the machine does hits all alike; the first round only warms up.
  for (let round = 0; round <= SAMPLES; round += 1) {
    for (const address of addresses) {
      const time = await timeLogin(address);
      if (round > 0) times.get(address)?.push(time);
    }
  }
  const [wrongPassword = 0, ...others] = addresses.map((address) => median(times.get(address) ?? []));
  for (const other of others) {
    expect(other / wrongPassword).toBeGreaterThan(0.5);
    expect(other / wrongPassword).toBeLessThan(2);
  }
});
