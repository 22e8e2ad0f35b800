/** What a request leaves behind in memory, which a small collection should take away. */
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

setFlagsFromString('--expose-gc');
const collect: (options?: { type: 'minor' }) => void = runInNewContext('gc');

/**
 * Kilobytes that a request may leave to the next full collection. It was 39 and more once (ADR 17), and is 1 to 3 in a process
 * of its own, up to 12 in one that has run many other tests.
 */
const BOUND = 20;
/** Requests that are measured, in rounds with a small collection after each. */
const [ROUNDS, EACH] = [6, 50];
const ATTEMPTS = 5;

let app: TestApp;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  user = await app.register();
  for (let index = 0; index < 20; index += 1) await storeTask(app, user, { title: `Task ${index}` });
});
afterAll(() => app.close());

it.each([
  { path: '/api/v1/tasks', status: 200 },
  { path: '/api/v1/me', status: 200 },
  { path: '/health/live', status: 200 },
  { path: '/api/v1/me', status: 401 },
])(
  'GET $path, answered $status, leaves next to nothing that outlives a small collection',
  async ({ path, status }) => {
    const get = await client(path, status);
    await repeat(ROUNDS * EACH, get);
    // What other tests of this process have left to do makes garbage too, but not each time.
    const left: number[] = [];
    while (left.length < ATTEMPTS && !left.some((kilobytes) => kilobytes < BOUND)) {
      left.push(await leftBehind(get));
    }
    expect(Math.min(...left)).toBeLessThan(BOUND);
  },
);

/** Kilobytes that each request leaves to the next full collection. */
async function leftBehind(get: () => Promise<void>): Promise<number> {
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < ROUNDS; round += 1) {
    await repeat(EACH, get);
    collect({ type: 'minor' });
  }
  collect({ type: 'minor' });
  return (process.memoryUsage().heapUsed - before) / (ROUNDS * EACH) / 1024;
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let count = 0; count < times; count += 1) await work();
}

/** A client on a bare connection: another one would make garbage of its own. */
async function client(path: string, status: number): Promise<() => Promise<void>> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const token = status === 401 ? 'Bearer forged' : user.authorization;
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${token}\r\n\r\n`;
  let answered = (): void => {};
  socket.on('data', (data) => {
    expect(data.subarray(0, 12).toString('latin1')).toBe(`HTTP/1.1 ${status}`);
    answered();
  });
  return () =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(request);
    });
}
