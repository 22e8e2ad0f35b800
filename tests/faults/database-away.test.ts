/** The database of the operator's ends, hangs or loses its connections while clients write. */
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASE_LIMITS } from '../../src/db/knex.ts';
import { complaints, type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { type Cluster, createCluster } from './support/cluster.ts';
import { expectKept } from './support/ledger.ts';
import { SETTINGS } from './support/service.ts';
import { createWriters, type Writers } from './support/writers.ts';

/** The machine may be busy with other things. */
const SLACK = 4_000;

let cluster: Cluster;
let service: ServiceProcess;
let origin: string;
beforeAll(async () => {
  cluster = await createCluster();
  service = startServiceProcess({ ...SETTINGS, DATABASE_URL: cluster.url });
  ({ origin } = await service.ready());
});
afterAll(async () => {
  await service.destroy();
  await cluster.destroy();
});

let writers: Writers;
beforeEach(async () => {
  writers = await createWriters({ origin });
  writers.go();
  await writers.progress(30);
});
afterEach(async () => {
  cluster.thaw();
  await writers.stop();
});

const status = async (path: string): Promise<number> => (await fetch(origin + path)).status;

/** The writers stop; everybody was told the truth, and by the same process. */
async function expectTruth(): Promise<void> {
  await writers.stop();
  await writers.settle();
  const client: pg.Client = await cluster.connect();
  await expectKept(client, writers);
  expect([...new Set(writers.outcomes.map(({ status }) => status))].sort()).toEqual([200, 201, 204, 503]);
  expect(complaints(service)).toEqual([]);
  await expect(fetch(`${origin}/health/ready`)).resolves.toMatchObject({ status: 200 });
}

const failures = (): number => writers.outcomes.filter(({ status }) => status === 503).length;

describe('F1 a database that is stopped and started again', () => {
  it('is a 503 for as long as it takes, and costs nothing that was acknowledged', async () => {
    for (let round = 0; round < 3; round += 1) {
      const before = failures();
      await cluster.kill();
      await until(() => failures() > before, 'writes are refused');
      expect(await status('/health/live')).toBe(200);
      expect(await status('/health/ready')).toBe(503);
      await cluster.start();
      await writers.progress(30);
    }
    await expectTruth();
  });
});

describe('F2 connections that are ended again and again', () => {
  it('cost one request each at most', async () => {
    const client = await cluster.connect();
    let ended = 0;
    for (let round = 0; round < 10; round += 1) {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'taskpact' and pid <> pg_backend_pid()`,
      );
      ended += rowCount ?? 0;
      await writers.progress(20);
    }
    expect(failures()).toBeGreaterThan(0);
    expect(failures()).toBeLessThanOrEqual(ended);
    await expectTruth();
  });
});

describe('F5b a database that stands still', () => {
  it('is a 503 within the limits, and what needs no database is answered', async () => {
    const { acquire, connect, query } = DATABASE_LIMITS;
    await cluster.freeze();
    const before = failures();
    const [live] = await Promise.all([
      status('/health/live'),
      until(() => failures() > before + 6, 'every writer has been refused'),
    ]);
    expect(live).toBe(200);
    cluster.thaw();
    await writers.progress(30);
    const slowest = Math.max(...writers.outcomes.map(({ ms }) => ms));
    expect(slowest).toBeLessThan(acquire + connect + query + SLACK);
    await expectTruth();
  });
});
