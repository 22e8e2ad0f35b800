/** The process itself: its thread is blocked, its clock jumps, it loses the name of its database, something is thrown. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectedDatabase, forFile } from '../setup/for-file.ts';
import { complaints, type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { expectKept } from './support/ledger.ts';
import { SETTINGS } from './support/service.ts';
import { createWriters, registerPatiently } from './support/writers.ts';

const database = forFile(connectedDatabase);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpact-test-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const services: ServiceProcess[] = [];
afterEach(async () => {
  for (const { destroy } of services.splice(0)) await destroy();
});

/** @param script runs in the process before everything else */
async function startWith(script: string, environment: Readonly<Record<string, string>> = {}) {
  const node = ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
  const service = startServiceProcess({ ...SETTINGS, DATABASE_URL: database.url, ...environment }, { node });
  services.push(service);
  const { origin } = await service.ready();
  return { service, origin };
}

describe('F25 a thread that is blocked for two seconds', () => {
  it('keeps everybody waiting, and refuses at most what waited for a connection', async () => {
    const { service, origin } = await startWith(`process.on('SIGUSR2', () => {
      for (const end = Date.now() + 2_000; Date.now() < end; );
      console.log(JSON.stringify({ msg: 'blocked' }));
    })`);
    const writers = await createWriters({ origin });
    writers.go();
    await writers.progress(30);
    service.signal('SIGUSR2');
    await service.logged('blocked');
    await writers.progress(60);
    await writers.stop();
    expect(writers.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status))).toEqual([]);
    expect(writers.outcomes.filter(({ status }) => status === 503).length).toBeLessThanOrEqual(6);
    await writers.settle();
    await expectKept(database.client, writers);
    expect(complaints(service)).toEqual([]);
  });
});

describe('F26 an error that nobody caught', () => {
  it.each([
    ['uncaughtException', `setImmediate(() => { throw new Error('Out of the blue') })`],
    ['unhandledRejection', `Promise.reject(new Error('Out of the blue'))`],
  ])(
    '(%s) ends the process in order, with what it was about to answer, and with a failure',
    async (event, harm) => {
      const { service, origin } = await startWith(`process.on('SIGUSR2', () => { ${harm} })`);
      const writers = await createWriters({ origin });
      writers.go();
      await writers.progress(30);
      service.signal('SIGUSR2');
      expect(await service.ended()).toMatchObject({ code: 1 });
      await writers.stop();
      expect(service.lines).toContainEqual(expect.objectContaining({ level: 'fatal', msg: event }));
      expect(writers.outcomes.filter(({ status }) => ![0, 200, 201, 204].includes(status))).toEqual([]);
      // Who got no answer found nobody there: nothing was taken on and then dropped.
      const unanswered = writers.creations.filter(({ answer }) => answer === undefined).map(({ key }) => key);
      const { rows } = await database.client.query('select id from tasks where description = any($1)', [
        unanswered,
      ]);
      expect(rows).toEqual([]);
      await expectKept(database.client, writers);
    },
  );
});

describe('F10 a clock that jumps', () => {
  /** A signal moves it by ten minutes, there or back. */
  const jumping = (signal: string, minutes: number): string => `
    const { now } = Date; let offset = 0;
    globalThis.Date = class extends Date {
      constructor(...given) { if (given.length === 0) super(now() + offset); else super(...given); }
      static now() { return now() + offset; }
    };
    process.on('${signal}', () => { offset += ${minutes} * 60_000; console.log(JSON.stringify({ msg: 'jumped' })); });`;

  it.each([
    ['forward', 10],
    ['back', -10],
  ])(
    'ten minutes %s ends no session and makes no nonsense of limits, times and versions',
    async (_where, minutes) => {
      const { service, origin } = await startWith(jumping('SIGUSR2', minutes), { RATE_LIMIT: 'on' });
      const authorization = await registerPatiently(origin);
      const send = (method: string, path: string, body?: object): Promise<Response> =>
        fetch(`${origin}/api/v1${path}`, {
          method,
          headers: { Authorization: authorization, 'Content-Type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
        });
      const create = async (title: string) =>
        (await send('POST', '/tasks', { title })).json() as Promise<{ id: string; created_at: string }>;
      const list = async (query: string) => {
        const answer = await send('GET', `/tasks?size=1${query}`);
        expect(answer.status).toBe(200);
        const page = (await answer.json()) as { items: { id: string }[]; next_cursor: string };
        return {
          id: page.items[0]?.id,
          cursor: page.next_cursor,
          limit: answer.headers.get('RateLimit') ?? '',
        };
      };
      const [before] = [await create('Before'), await create('Beside')];
      const first = await list('');
      service.signal('SIGUSR2');
      await service.logged('jumped');
      const after = await create('After');
      // The server's own clock is the one that counts.
      const moved = Date.parse(after.created_at) - Date.parse(before.created_at);
      expect(Math.abs(moved - minutes * 60_000)).toBeLessThan(60_000);

      const changed = await send('PUT', `/tasks/${before.id}`, { title: 'Changed' });
      expect([changed.status, changed.headers.get('ETag')]).toEqual([200, '"2"']);
      // The cursor goes on where it was.
      const second = await list(`&cursor=${first.cursor}`);
      expect(second.id).not.toBe(first.id);
      const counted = /r=(-?\d+);t=(-?\d+)/.exec(second.limit);
      const [left = -1, resets = -1] = (counted ?? []).slice(1).map(Number);
      expect([left >= 0, resets >= 0, resets <= 3_600]).toEqual([true, true, true]);
      const { rows } = await database.client.query<{ seq: string }>(
        'select seq from events where user_id = (select user_id from tasks where id = $1) order by seq',
        [before.id],
      );
      expect(rows.map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 4]);
      expect(complaints(service)).toEqual([]);
    },
  );

  it('on one server and not on another: tokens of either are good at the other, for a while', async () => {
    const [early, late] = await Promise.all([
      startWith(jumping('SIGUSR2', -10)),
      startWith(jumping('SIGUSR2', 10)),
    ]);
    for (const { service } of [early, late]) {
      service.signal('SIGUSR2');
      await service.logged('jumped');
    }
    const atEarly = await registerPatiently(early.origin);
    const atLate = await registerPatiently(late.origin);
    const read = async (origin: string, authorization: string): Promise<number> =>
      (await fetch(`${origin}/api/v1/tasks`, { headers: { Authorization: authorization } })).status;
    expect([await read(early.origin, atEarly), await read(late.origin, atLate)]).toEqual([200, 200]);
    // Twenty minutes apart: longer than a token lives, so the older one has expired there; never is it a 500.
    expect([await read(early.origin, atLate), await read(late.origin, atEarly)]).toEqual([200, 401]);
  });
});

describe('F24 a database whose name can not be found, or leads elsewhere', () => {
  it('is a 503 until it can, without a new start', async () => {
    // What stands in the file is what the name leads to; nothing when there is no such name.
    const names = join(folder, 'names');
    await writeFile(names, '');
    const url = new URL(database.url);
    url.hostname = 'database.test';
    const { service, origin } = await startWith(
      `import { readFileSync } from 'node:fs';
      import dns from 'node:dns';
      const { lookup } = dns;
      dns.lookup = (name, options, done) => {
        if (name !== 'database.test') return lookup(name, options, done);
        const reply = typeof options === 'function' ? options : done;
        const address = readFileSync(process.env.DNS_NAMES, 'utf8').trim();
        const error = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
        process.nextTick(() => {
          if (address === '') reply(error);
          else if (options.all) reply(null, [{ address, family: 4 }]);
          else reply(null, address, 4);
        });
      };`,
      { DATABASE_URL: url.href, DNS_NAMES: names },
    );
    const ready = async (): Promise<number> => (await fetch(`${origin}/health/ready`)).status;
    expect(await ready()).toBe(503);
    await writeFile(names, '127.0.0.1');
    await until(async () => (await ready()) === 200, 'the name leads to the database');

    const writers = await createWriters({ origin });
    writers.go();
    await writers.progress(30);
    // Nobody listens there.
    await writeFile(names, '127.0.0.9');
    await database.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'taskpact' and datname = current_database()`,
    );
    const refused = (): number => writers.outcomes.filter(({ status }) => status === 503).length;
    const before = refused();
    await until(() => refused() > before + 5, 'writes are refused');
    await writeFile(names, '127.0.0.1');
    await writers.progress(30);
    await writers.stop();
    await writers.settle();
    expect(writers.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status))).toEqual([]);
    await expectKept(database.client, writers);
    expect(complaints(service)).toEqual([]);
  });
});
