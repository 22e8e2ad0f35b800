/** Servers behind a transaction pooler, with the settings of docs/deployment.md. The long proof is `test:pooler`. */
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectKept } from '../faults/support/ledger.ts';
import { createWriters } from '../faults/support/writers.ts';
import { type Pooler, startPooler, whyNoPooler } from '../setup/pooler.ts';
import { JWT_SECRET } from '../setup/secret.ts';
import { runProcess, startServiceProcess } from '../setup/service-process.ts';
import { serveInstances } from './support/instances.ts';

const MISSING = whyNoPooler();
/** `default_pool_size` of docs/examples/pgbouncer.ini. */
const LENT = 20;

describe.skipIf(MISSING !== undefined)(`a transaction pooler ${MISSING ?? ''}`, () => {
  let pooler: Pooler | undefined;
  const instances = serveInstances(2, async (url) => {
    pooler = await startPooler(url);
    // Together they may ask for more connections than the pooler has.
    return { DATABASE_URL: pooler.url, DATABASE_PREPARE: 'false', DATABASE_POOL_MAX: '20' };
  });
  afterAll(() => pooler?.stop());

  it('lends few connections to many servers, and they lose nothing', async () => {
    const writers = await createWriters({ origin: instances.balancer.origin, count: 30 });
    writers.go();
    let most = 0;
    for (let look = 0; look < 10; look += 1) {
      await writers.progress(50);
      const { rows } = await instances.client.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and application_name = 'taskpact'`,
      );
      most = Math.max(most, rows[0]?.count ?? 0);
    }
    await writers.stop();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(LENT);
    const refused = writers.outcomes.filter(({ status }) => ![200, 201, 204].includes(status));
    // Only who waited for a connection for too long, on a busy machine.
    expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
    await writers.settle();
    await expectKept(instances.client, writers);
    // Nobody set limits for the role of the tests.
    for (const { service } of instances.all) {
      expect(service.lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          msg: expect.stringMatching(/^the database waits without a limit/),
          unlimited: expect.arrayContaining(['statement_timeout', 'lock_timeout']),
        }),
      );
    }
  });

  it('migrations go through it as well', async () => {
    const settings = { DATABASE_URL: pooler?.url ?? '', DATABASE_PREPARE: 'false' };
    const run = async (...args: string[]) => {
      const migrate = runProcess('scripts/migrate.ts', settings, { args });
      onTestFinished(() => migrate.destroy());
      const { code } = await migrate.ended();
      return { code, ...migrate.output };
    };
    expect(await run('down')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^took back /) });
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^applied /) });
  });

  it('that a server was not told of refuses it, and the log says which setting is missing', async () => {
    const settings = { JWT_SECRET, DATABASE_PREPARE: 'true' };
    const service = startServiceProcess({ ...settings, DATABASE_URL: pooler?.url ?? '' });
    onTestFinished(() => service.destroy());
    const { origin } = await service.ready();
    expect((await fetch(`${origin}/health/ready`)).status).toBe(503);
    const msg = 'a pooler stands before the database: set DATABASE_PREPARE=false';
    expect(service.lines).toContainEqual(expect.objectContaining({ level: 'warn', msg }));
  });
});
