/** The network between the server and its database breaks, or is slow, while clients write. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASE_LIMITS } from '../../src/db/knex.ts';
import { connectedDatabase, forFile } from '../setup/for-file.ts';
import { complaints, type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { addressOf, createTcpProxy, type TcpProxy, throughPort } from '../setup/tcp-proxy.ts';
import { expectKept } from './support/ledger.ts';
import { SETTINGS } from './support/service.ts';
import { createWriters, type Writers } from './support/writers.ts';

/** The machine may be busy with other things. */
const SLACK = 4_000;
const POOL = 4;

const database = forFile(connectedDatabase);
let proxy: TcpProxy;
let service: ServiceProcess;
let origin: string;
beforeAll(async () => {
  proxy = await createTcpProxy(addressOf(database.url));
  service = startServiceProcess({
    ...SETTINGS,
    DATABASE_URL: throughPort(database.url, proxy.port),
    DATABASE_POOL_MAX: String(POOL),
  });
  ({ origin } = await service.ready());
});
afterAll(async () => {
  await service.destroy();
  await proxy.close();
});

let writers: Writers;
beforeEach(async () => {
  writers = await createWriters({ origin, count: POOL });
  writers.go();
  await writers.progress(20);
});
afterEach(async () => {
  proxy.heal();
  proxy.delay(0);
  await writers.stop();
});

const failures = (): number => writers.outcomes.filter(({ status }) => status === 503).length;

async function expectTruth(): Promise<void> {
  await writers.stop();
  await writers.settle();
  await expectKept(database.client, writers);
  const odd = writers.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status));
  expect(odd).toEqual([]);
  expect(complaints(service)).toEqual([]);
}

describe('F5 the network to the database', () => {
  it.each([
    ['resets', () => proxy.reset()],
    ['ends one side of', () => proxy.hangUp()],
  ])('that %s every connection costs one request for each at most', async (_what, harm) => {
    for (let round = 1; round <= 5; round += 1) {
      harm();
      await writers.progress(20);
      expect(failures()).toBeLessThanOrEqual(round * POOL);
    }
    await expectTruth();
  });

  it('that swallows everything costs no more than the limits, and nothing once it heals', async () => {
    const { acquire, connect, query } = DATABASE_LIMITS;
    proxy.blackhole();
    await until(() => failures() >= 2 * POOL, 'every writer has been refused');
    proxy.heal();
    await writers.progress(30);
    const slowest = Math.max(...writers.outcomes.map(({ ms }) => ms));
    expect(slowest).toBeLessThan(acquire + connect + query + SLACK);
    await expectTruth();
  });

  it('that is half a second slower is borne; only a new connection takes longer than anybody waits', async () => {
    proxy.delay(250);
    await writers.progress(4 * POOL);
    proxy.delay(0);
    // The connection is made all the same, and is there for the next.
    expect(failures()).toBeLessThanOrEqual(2 * POOL);
    await expectTruth();
  });
});
