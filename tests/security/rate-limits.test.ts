import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ContractOperation, contract, operations } from '../setup/contract.ts';
import { createRawClient } from '../setup/http.ts';
import { startRedis, whyNoRedis } from '../setup/redis.ts';
import { exampleCall } from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const { credentials } = contract['x-rate-limits'];
const wrong = { email: 'nobody@example.com', password: 'not the password' };

/** Each test comes from an address of its own. */
let addresses = 0;
let address: string;
beforeEach(() => {
  addresses += 1;
  address = `198.51.100.${addresses}`;
});
const login = (app: TestApp, body: object = wrong, from = address) =>
  app.anonymous.post('/api/v1/auth/login').set('X-Forwarded-For', from).send(body);
const BEHIND_PROXY = { RATE_LIMIT: 'on', TRUST_PROXY: 'loopback' };

/** RateLimit header fields, as structured fields (RFC 9651): one item with parameters. */
function parse(field: string): Record<string, string> {
  const [name = '', ...parameters] = field.split(';');
  return Object.fromEntries([['name', name], ...parameters.map((parameter) => parameter.split('='))]);
}

describe('the contract', () => {
  it('names limits that there are, and lets only probes go without', () => {
    const known = Object.keys(contract['x-rate-limits']);
    for (const { operationId, method, path } of operations) {
      const limit = contract.paths[path][method.toLowerCase()]['x-rate-limit'] ?? 'default';
      expect(limit === 'none' ? path.startsWith('/health') : known.includes(limit), operationId).toBe(true);
    }
  });
});

describe('RL1 limits', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp(BEHIND_PROXY);
  });
  afterAll(() => app.close());

  it('are told with every answer, and counted down', async () => {
    const user = await app.register();
    const first = await app.as(user).get('/api/v1/me').expect(200);
    const second = await app.as(user).get('/api/v1/tasks').expect(200);
    expect(parse(String(first.get('RateLimit-Policy')))).toEqual({ name: '"default"', q: '600', w: '60' });
    expect(parse(String(first.get('RateLimit')))).toMatchObject({ name: '"default"', r: '599' });
    expect(parse(String(second.get('RateLimit')))).toMatchObject({ r: '598' });
    expect(Number(parse(String(second.get('RateLimit'))).t)).toBeGreaterThan(0);
  });

  it('end in a 429 that says how long to wait', async () => {
    // The account's own throttle comes before, so ask something that is not a login.
    const ask = () =>
      app.anonymous
        .post('/api/v1/auth/refresh')
        .set('X-Forwarded-For', address)
        .send({ refresh_token: 'AZqv' });
    for (let count = 1; count <= credentials.requests; count += 1) await ask().expect(401);
    const { body, headers } = await ask().expect(429);
    expect(body).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(credentials.seconds);
    expect(headers.ratelimit).toContain(';r=0;');
  });

  it('are for each caller, not for all', async () => {
    const [ada, eve] = [await app.register(), await app.register()];
    await app.as(ada).get('/api/v1/me').expect(200);
    const { headers } = await app.as(eve).get('/api/v1/me').expect(200);
    expect(headers.ratelimit).toContain(';r=599;');
  });

  it('count bad tokens by where they come from', async () => {
    const ask = () =>
      app.anonymous.get('/api/v1/me').set('X-Forwarded-For', address).set('Authorization', 'Bearer x');
    const first = await ask().expect(401);
    const second = await ask().expect(401);
    expect(first.get('RateLimit')).toContain(';r=599;');
    expect(second.get('RateLimit')).toContain(';r=598;');
  });

  it('leave probes alone', async () => {
    const { headers } = await app.anonymous.get('/health/live').expect(200);
    expect(headers.ratelimit).toBeUndefined();
  });
});

describe('RL1 every operation', () => {
  const limitOf = ({ path, method }: ContractOperation): string =>
    contract.paths[path][method.toLowerCase()]['x-rate-limit'] ?? 'default';
  const limited = operations.filter((operation) => limitOf(operation) !== 'none');

  it('is refused once the limit that it counts towards is used up', async () => {
    const app = await createTestApp({ RATE_LIMIT: 'on' });
    const client = createRawClient(app.server);
    const { authorization } = await registerAdmin(app);
    const ask = (operation: ContractOperation) => {
      const { headers, ...call } = exampleCall(operation);
      return client.send({ ...call, headers: { ...headers, Authorization: authorization } });
    };
    for (const [name, { requests }] of Object.entries<{ requests: number }>(contract['x-rate-limits'])) {
      const own = limited.filter((operation) => limitOf(operation) === name);
      const [first] = own;
      if (first === undefined) throw new Error(`Nothing counts towards ${name}`);
      const reading = own.find(({ method }) => method === 'GET') ?? first;
      for (let count = 0; count < requests; count += 1) await ask(reading);
      for (const operation of own) {
        const { status, headers, text } = await ask(operation);
        expect(`${operation.operationId} ${status}`).toBe(`${operation.operationId} 429`);
        expect(JSON.parse(text).code).toBe('rate_limited');
        expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      }
    }
    client.close();
    await app.close();
  });
});

describe('RL2 the address', () => {
  it('is not what a client says, unless a proxy is trusted', async () => {
    const app = await createTestApp({ RATE_LIMIT: 'on' });
    const first = await login(app, wrong, '203.0.113.1');
    const second = await login(app, wrong, '203.0.113.2');
    expect(parse(String(first.get('RateLimit'))).r).toBe(String(credentials.requests - 1));
    expect(parse(String(second.get('RateLimit'))).r).toBe(String(credentials.requests - 2));
    await app.close();
  });

  it('of IPv6 is the network, which is all that a subscriber can not choose', async () => {
    const app = await createTestApp(BEHIND_PROXY);
    await login(app, wrong, '2001:db8:1:2::1');
    const same = await login(app, wrong, '2001:db8:1:2:ffff:ffff:ffff:ffff');
    const other = await login(app, wrong, '2001:db8:1:3::1');
    expect(parse(String(same.get('RateLimit'))).r).toBe(String(credentials.requests - 2));
    expect(parse(String(other.get('RateLimit'))).r).toBe(String(credentials.requests - 1));
    await app.close();
  });
});

describe('RATE_LIMIT_SCALE', () => {
  it('multiplies what the contract allows', async () => {
    const app = await createTestApp({ ...BEHIND_PROXY, RATE_LIMIT_SCALE: '10' });
    const { headers } = await login(app);
    expect(parse(headers['ratelimit-policy'] ?? '').q).toBe(String(credentials.requests * 10));
    await app.close();
  });
});

describe('AN8 passwords', () => {
  let app: TestApp;
  beforeAll(async () => {
    // Only the account's own throttle shall speak.
    app = await createTestApp({ ...BEHIND_PROXY, RATE_LIMIT_SCALE: '1000' });
  });
  afterAll(() => app.close());

  it('can not be guessed at will; the account is open to its owner all the same', async () => {
    const { email, password } = await app.register();
    const statuses: number[] = [];
    for (let guess = 0; guess < 100; guess += 1)
      statuses.push((await login(app, { email, password: `guess ${guess}` })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(new Set(statuses.slice(10))).toEqual(new Set([429]));
    // The right password does not help from there, for it could be the next guess.
    const refused = await login(app, { email, password }).expect(429);
    expect(Number(refused.get('Retry-After'))).toBeLessThanOrEqual(60);
    await login(app, { email, password }, '203.0.113.200').expect(200);
  });

  it('guessed from many addresses close the account to new addresses, and not to known ones', async () => {
    const { email, password } = await app.register();
    await login(app, { email, password }, '203.0.113.50').expect(200);
    for (let guess = 0; guess < 100; guess += 1)
      await login(app, { email, password: `guess ${guess}` }, `192.0.2.${guess}`);
    await login(app, { email, password }, '192.0.2.250').expect(429);
    await login(app, { email, password }, '203.0.113.50').expect(200);
  });

  it('of accounts that do not exist are throttled alike', async () => {
    const { email } = await app.register();
    const answers = async (of: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let guess = 0; guess < 12; guess += 1) {
        const { status, body } = await login(
          app,
          { email: of, password: 'a guess' },
          `203.0.113.${of.length}`,
        );
        seen.push(`${status} ${body.code}`);
      }
      return seen;
    };
    expect(await answers(email)).toEqual(await answers('no-such-account@example.com'));
  });

  it('that are right wipe the slate clean', async () => {
    const { email, password } = await app.register();
    for (let round = 0; round < 3; round += 1) {
      for (let guess = 0; guess < 8; guess += 1) await login(app, { email, password: 'a guess' }).expect(401);
      await login(app, { email, password }).expect(200);
    }
  });

  it.each([
    ['put', '/api/v1/me/password', { new_password: 'staple battery correct' }],
    ['post', '/api/v1/me/email', { email: 'somebody.else@example.com' }],
  ] as const)(
    'AN5 that are asked for once more by %s %s count like those of logins',
    async (method, path, body) => {
      const user = await app.register();
      const guess = (current_password: string) =>
        app
          .as(user)
          [method](path)
          .set('X-Forwarded-For', address)
          .send({ ...body, current_password });
      for (let count = 1; count <= 10; count += 1) await guess('a guess').expect(422);
      await guess(user.password).expect(429);
      await login(app, { email: user.email, password: user.password }).expect(429);
    },
  );

  it('tried side by side are all counted', async () => {
    const { email } = await app.register();
    const guesses = Array.from({ length: 16 }, (_, guess) =>
      login(app, { email, password: `guess ${guess}` }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
  });
});

/** Half of the requests go to each of two instances that share their counts. */
async function countOverTwo(environment: Record<string, string>): Promise<number[]> {
  const first = await createTestApp({ ...BEHIND_PROXY, ...environment });
  const shared = { DATABASE_URL: String(first.config.database.url) };
  const second = await createTestApp({ ...BEHIND_PROXY, ...environment, ...shared });
  const ask = (app: TestApp) =>
    app.anonymous
      .post('/api/v1/auth/refresh')
      .set('X-Forwarded-For', address)
      .send({ refresh_token: 'AZqv' });
  const statuses: number[] = [];
  // Not more at once than may be worked on.
  while (statuses.length < credentials.requests + 10) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ask(index % 2 ? first : second)),
    );
    statuses.push(...answers.map(({ status }) => status));
  }
  await second.close();
  await first.close();
  return statuses;
}

describe('RL1 counts of two instances', () => {
  it('are exact when the database keeps them', async () => {
    const statuses = await countOverTwo({ RATE_LIMIT_STORE: 'database' });
    expect(statuses.filter((status) => status === 401)).toHaveLength(credentials.requests);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  it('are exact without prepared statements', async () => {
    const statuses = await countOverTwo({ RATE_LIMIT_STORE: 'database', DATABASE_PREPARE: 'false' });
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });
});

describe.skipIf(whyNoRedis() !== undefined)(`Redis ${whyNoRedis() ?? ''}`, () => {
  it('RL1 keeps exact counts of two instances', async () => {
    const redis = await startRedis();
    const statuses = await countOverTwo({ REDIS_URL: redis.url });
    await redis.stop();
    expect(statuses.filter((status) => status === 401)).toHaveLength(credentials.requests);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  it('RL3 that stops closes logins and leaves reads open, and comes back by itself', async () => {
    const redis = await startRedis();
    const app = await createTestApp({ ...BEHIND_PROXY, REDIS_URL: redis.url });
    const user = await app.register();
    await redis.stop();
    const { body, headers } = await login(app).expect(503);
    expect(body).toMatchObject({ code: 'unavailable' });
    expect(headers['retry-after']).toBeDefined();
    const open = await app.as(user).get('/api/v1/me').expect(200);
    expect(open.get('RateLimit')).toBeUndefined();
    const again = await startRedis(redis.port);
    await expect.poll(async () => (await login(app)).status, { timeout: 10_000 }).toBe(401);
    await app.close();
    await again.stop();
  });
});

describe('RL3 a store that is away from the start', () => {
  it('does not keep the server from starting', async () => {
    const app = await createTestApp({ ...BEHIND_PROXY, REDIS_URL: 'redis://127.0.0.1:1' });
    await login(app).expect(503);
    await app.anonymous.get('/health/live').expect(200);
    await app.close();
  });
});
