/** RL1 What is counted, by all instances together: exactly where they share the counts, each for itself where not. */
import { afterAll, describe, expect, it } from 'vitest';
import { contract } from '../setup/contract.ts';
import { type Redis, startRedis, whyNoRedis } from '../setup/redis.ts';
import { type Instances, serveInstances } from './support/instances.ts';
import { call, type Reply, register } from './support/requests.ts';

const INSTANCES = 2;
const { default: perCaller, credentials } = contract['x-rate-limits'];
/** Requests beyond what is allowed. */
const SURPLUS = 6;
/** Not more at once than may be worked on; but then every wave of refusals takes its time. */
const WAVE = 12;
const LIMITED = { RATE_LIMIT: 'on' };

/** So many requests by way of the balancer, some at a time. */
async function inWaves(count: number, ask: () => Promise<Reply>): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - statuses.length) }, ask);
    statuses.push(...(await Promise.all(wave)).map(({ status }) => status));
  }
  return statuses;
}

const counted = (statuses: readonly number[], status: number): number =>
  statuses.filter((one) => one === status).length;

let addresses = 0;
/** A client that nobody has seen before. */
const newcomer = (): string => {
  addresses += 1;
  return `198.51.100.${addresses}`;
};
const refresh = (instances: Instances, from: string) => (): Promise<Reply> =>
  call(instances.balancer, 'POST', '/auth/refresh', {
    headers: { 'X-Forwarded-For': from },
    body: { refresh_token: 'AZqv' },
  });

function keepsExactCounts(instances: Instances): void {
  it('what an address may ask is counted exactly', async () => {
    const statuses = await inWaves(credentials.requests + SURPLUS, refresh(instances, newcomer()));
    expect([counted(statuses, 401), counted(statuses, 429)]).toEqual([credentials.requests, SURPLUS]);
  });

  it('what an account may ask is counted exactly, and every answer tells what is left', async () => {
    const { authorization } = await register(instances.balancer);
    const left: number[] = [];
    const statuses = await inWaves(perCaller.requests + SURPLUS, async () => {
      const reply = await call(instances.balancer, 'GET', '/me', { authorization });
      left.push(Number(/r=(\d+)/.exec(reply.headers.get('RateLimit') ?? '')?.[1]));
      return reply;
    });
    expect([counted(statuses, 200), counted(statuses, 429)]).toEqual([perCaller.requests, SURPLUS]);
    const all = Array.from({ length: perCaller.requests }, (_, index) => index);
    expect(new Set(left)).toEqual(new Set(all));
  });

  it('guesses at a password are counted exactly', async () => {
    const { email, password } = await register(instances.balancer);
    const from = newcomer();
    const guess = (body: object) => () =>
      call(instances.balancer, 'POST', '/auth/login', { headers: { 'X-Forwarded-For': from }, body });
    const statuses = await inWaves(WAVE, guess({ email, password: 'a guess' }));
    expect([counted(statuses, 401), counted(statuses, 429)]).toEqual([10, WAVE - 10]);
    // Not even the right one, wherever it is tried.
    expect(await inWaves(INSTANCES, guess({ email, password }))).toEqual([429, 429]);
  });
}

describe('counts in the database', () => {
  keepsExactCounts(serveInstances(INSTANCES, { ...LIMITED, RATE_LIMIT_STORE: 'database' }));
});

describe.skipIf(whyNoRedis() !== undefined)(`counts in Redis ${whyNoRedis() ?? ''}`, () => {
  let redis: Redis | undefined;
  const instances = serveInstances(INSTANCES, async () => {
    redis ??= await startRedis();
    return { ...LIMITED, REDIS_URL: redis.url };
  });
  afterAll(() => redis?.stop());
  keepsExactCounts(instances);
});

describe('counts in memory', () => {
  const instances = serveInstances(INSTANCES, LIMITED);

  it('are those of each instance: together they let through so many times as much', async () => {
    const all = credentials.requests * INSTANCES;
    const statuses = await inWaves(all + SURPLUS * INSTANCES, refresh(instances, newcomer()));
    expect([counted(statuses, 401), counted(statuses, 429)]).toEqual([all, SURPLUS * INSTANCES]);
  });
});
