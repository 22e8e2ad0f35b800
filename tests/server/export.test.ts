/** The export of a large account: bounded memory, readers who are slow, gone or stuck, and a database that fails. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fillAccount } from '../setup/large-account.ts';
import { until } from '../setup/service-process.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const TASKS = 100_000;
const MEGABYTE = 1_000_000;

let server: TestServer;
let authorization: string;
/** Pages that were read of the long lists. */
let pages = 0;
beforeAll(async () => {
  server = await createTestServer({ limits: { stalled: 4_000, linger: 200 } });
  authorization = await server.register();
  const me = await fetch(`${server.origin}/api/v1/me`, { headers: { Authorization: authorization } });
  const { id } = (await me.json()) as { id: string };
  await fillAccount(server.behind, id, TASKS);
  server.database.on('query', ({ sql }: { sql: string }) => {
    if (/from "(tasks|events)"/.test(sql)) pages += 1;
  });
}, 120_000);
afterAll(() => server.destroy());
afterEach(() => {
  vi.restoreAllMocks();
  pages = 0;
});

async function ask(headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const { port } = server;
  const outgoing = request({
    ...{ host: '127.0.0.1', port, path: '/api/v1/me/export', agent: false },
    headers: { Authorization: authorization, ...headers },
  });
  outgoing.on('error', () => {});
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return incoming;
}

/**
 * Begins an export as soon as the one before has ended: an account has one at a time. Nothing more than the beginning is
 * read until somebody does.
 */
async function begin(headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  let incoming = await ask(headers);
  await until(async () => {
    if (incoming.statusCode === 503) {
      incoming.destroy();
      incoming = await ask(headers);
    }
    return incoming.statusCode === 200;
  }, 'an export can begin');
  return incoming;
}

/** Reads to the end. @returns the length, and whether the answer came to its end as an answer should */
async function readAll(incoming: IncomingMessage): Promise<{ length: number; complete: boolean }> {
  let length = 0;
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  incoming.on('error', () => {});
  if (!incoming.closed) await new Promise((resolve) => incoming.once('close', resolve));
  return { length, complete: incoming.complete };
}

/** Waits until the export under way has ended on the server. */
async function expectEnd(): Promise<void> {
  const next = await begin();
  next.destroy();
}
const failures = () => server.lines.filter(({ level }) => level === 'error');

describe('RL6 the export of 100,000 tasks and 200,000 events', () => {
  it('is complete, every line of it, in memory that does not grow with it', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    let most = before;
    let length = 0;
    const counts = { tasks: 0, events: 0 };
    const misplaced: string[] = [];
    let head = '';
    const incoming = await begin();
    for await (const line of createInterface({ input: incoming })) {
      length += line.length + 1;
      if (!line.startsWith('{"id":') && !line.startsWith('{"seq":')) {
        head += line;
        continue;
      }
      const item = JSON.parse(line.replace(/,$/, ''));
      // No `expect` for each: three hundred thousand take longer than the export.
      const isNext =
        'seq' in item ? item.seq === ++counts.events : item.title === `Task number ${++counts.tasks}`;
      if (!isNext) misplaced.push(line);
      if ((counts.tasks + counts.events) % 30_000 === 0) most = Math.max(most, heap());
    }
    expect(misplaced).toEqual([]);
    expect(counts).toEqual({ tasks: TASKS, events: 2 * TASKS });
    // What is left without the items is whole as well.
    expect(JSON.parse(head)).toMatchObject({ format: 'taskpact-export', tasks: [], events: [] });
    expect(length).toBeGreaterThan(80 * MEGABYTE);
    expect(most - before).toBeLessThan(25 * MEGABYTE);
  }, 120_000);

  it('is read no faster than the client does, and holds no connection while the client rests', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const incoming = await begin({ 'Accept-Encoding': encoding });
      let [seen, rested] = [0, 0];
      await until(async () => {
        await sleep(100);
        const isIdle = pages > 0 && pages === seen && server.database.client.pool.numUsed() === 0;
        rested = isIdle ? rested + 1 : 0;
        seen = pages;
        // Well before it is cut off for standing still.
        return rested === 5;
      }, 'the server rests');
      expect(pages).toBeLessThan((3 * TASKS) / 200 / 2);
      expect(incoming.closed).toBe(false);
      incoming.destroy();
      await expectEnd();
      pages = 0;
    }
  });

  it('ends when the client goes away, which is nobody’s fault', async () => {
    const incoming = await begin();
    incoming.destroy();
    await expectEnd();
    const seen = pages;
    await sleep(300);
    expect(pages).toBeLessThan(seen + 10);
    expect(failures()).toEqual([]);
    expect(server.lines.filter(({ aborted }) => aborted === true).length).toBeGreaterThan(0);
  });

  it('is cut off for a client that stands still', async () => {
    const incoming = await begin();
    await expectEnd();
    expect((await readAll(incoming)).complete).toBe(false);
  });

  it('is cut off for a client that takes for ever, however busy it looks', async () => {
    const timeout = AbortSignal.timeout;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout.call(AbortSignal, 1_000));
    const incoming = await begin();
    const trickle = setInterval(() => incoming.read(1), 50);
    await expectEnd();
    clearInterval(trickle);
    expect((await readAll(incoming)).complete).toBe(false);
  });

  it('is cut off, and said so in the log, when the database fails in the middle', async () => {
    const incoming = await begin();
    await sleep(300);
    await server.behind.schema.renameTable('events', 'events_gone');
    const { length, complete } = await readAll(incoming);
    await server.behind.schema.renameTable('events_gone', 'events');
    expect(complete).toBe(false);
    expect(length).toBeGreaterThan(MEGABYTE);
    expect(failures().map(({ msg }) => msg)).toContain('failed after the answer had begun');
    await expectEnd();
  });
});
