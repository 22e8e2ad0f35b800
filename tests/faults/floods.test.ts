/** Far more of something than anybody needs: what it leaves in memory, and what a crowd costs the others. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { inParallel } from '../setup/http.ts';
import { openSocket, type RawSocket } from '../setup/raw-socket.ts';
import { until } from '../setup/service-process.ts';
import { serveDatabase } from './support/service.ts';
import { registerPatiently } from './support/writers.ts';

/** Requests of each sort. */
const FLOOD = 2_000;
/** Bytes of the heap that each may leave behind. A validator that is kept for each would be twenty times that. */
const LEFT_BY_EACH = 1_000;

const TELL_HEAP = `process.on('SIGUSR2', () => {
  for (let round = 0; round < 3; round += 1) gc();
  console.log(JSON.stringify({ msg: 'heap', used: process.memoryUsage().heapUsed }));
})`;
const served = serveDatabase(
  { BCRYPT_COST: '10' },
  { node: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(TELL_HEAP)}`] },
);

async function heap(): Promise<number> {
  const told = (): readonly unknown[] => served.service.lines.filter(({ msg }) => msg === 'heap');
  const before = told().length;
  served.service.signal('SIGUSR2');
  await until(() => told().length > before, 'the process has told its heap');
  return (told().at(-1) as { used: number }).used;
}

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe('F19 a flood of requests that all differ', () => {
  const login = { path: '/api/v1/auth/login', method: 'POST', body: '{"email":"x","password":"x"}' };
  it.each<[string, readonly number[], (text: string) => Sent]>([
    [
      'media type of a body',
      [422],
      (x) => ({ ...login, headers: { 'Content-Type': `application/json; x=${x}` } }),
    ],
    [
      'media type without a body',
      [200],
      (x) => ({ path: '/health/live', headers: { 'Content-Type': `text/${x}` } }),
    ],
    ['name of a header', [200], (x) => ({ path: '/health/live', headers: { [`X-${x}`]: x } })],
    ['token', [401], (x) => ({ path: '/api/v1/tasks', headers: { Authorization: `Bearer ${x}.${x}.${x}` } })],
    ['origin', [200], (x) => ({ path: '/health/live', headers: { Origin: `https://${x}.example` } })],
    ['path', [404], (x) => ({ path: `/api/v1/${x}` })],
    ['id', [401], (x) => ({ path: `/api/v1/tasks/${x}` })],
  ])('by the %s leaves nothing behind', async (_what, statuses, make) => {
    const send = async (): Promise<void> => {
      const { path, ...init } = make(randomUUID());
      const answer = await fetch(served.origin + path, init);
      await answer.arrayBuffer();
      expect(statuses).toContain(answer.status);
    };
    const flood = (count: number): Promise<void> => inParallel(Array(count).fill(0), 10, send);
    // What is made once, such as the validator of the operation, is made now.
    await flood(300);
    const before = await heap();
    await flood(FLOOD);
    expect((await heap()) - before).toBeLessThan(FLOOD * LEFT_BY_EACH);
  });
});

describe('F20 a flood of logins', () => {
  it('is answered in part and refused in part, and everybody else is served', async () => {
    const authorization = await registerPatiently(served.origin);
    const logIn = async (): Promise<number> => {
      const body = JSON.stringify({
        email: `${randomUUID()}@example.com`,
        password: 'correct horse battery',
      });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${served.origin}/api/v1/auth/login`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    };
    const read = async (path: string): Promise<number> =>
      (await fetch(served.origin + path, { headers: { Authorization: authorization } })).status;
    const logins = Array.from({ length: 200 }, logIn);
    for (let round = 0; round < 20; round += 1) {
      expect([await read('/api/v1/tasks'), await read('/health/live')]).toEqual([200, 200]);
    }
    expect([...new Set(await Promise.all(logins))].sort()).toEqual([401, 503]);
  });
});

describe('F12 a crowd of connections that say nothing', () => {
  const crowd: RawSocket[] = [];
  afterEach(() => {
    for (const { destroy } of crowd.splice(0)) destroy();
  });

  it('keeps nobody from being served', async () => {
    const { port } = new URL(served.origin);
    for (let round = 0; round < 10; round += 1) {
      crowd.push(...(await Promise.all(Array.from({ length: 50 }, () => openSocket(Number(port))))));
    }
    for (const { send } of crowd.slice(0, 250)) send('GET /health/live HTTP/1.1\r\n');
    const authorization = await registerPatiently(served.origin);
    const answer = await fetch(`${served.origin}/api/v1/tasks`, {
      headers: { Authorization: authorization },
    });
    expect(answer.status).toBe(200);
    expect(crowd.filter(({ closedAfter }) => closedAfter !== undefined)).toEqual([]);
  });
});
