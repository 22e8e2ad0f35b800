/** The tables change while clients write. */
import { describe, expect, it } from 'vitest';
import * as migration from '../../migrations/20261121120300_index_tasks_by_due.ts';
import { openForMigrations } from '../../src/db/knex.ts';
import { complaints } from '../setup/service-process.ts';
import { expectKept } from './support/ledger.ts';
import { serveDatabase } from './support/service.ts';
import { createWriters } from './support/writers.ts';

const served = serveDatabase();

describe('F23 a migration under load', () => {
  it('delays writes, or refuses some of them for a moment, and loses none', async () => {
    const writers = await createWriters({ origin: served.origin });
    writers.go();
    await writers.progress(30);
    const database = openForMigrations({ url: served.url, prepare: true });
    try {
      // One that rebuilds an index, which locks the table for as long as it takes.
      for (let round = 0; round < 5; round += 1) {
        for (const step of [migration.down, migration.up]) {
          await database.transaction(step);
          await writers.progress(10);
        }
      }
    } finally {
      await database.destroy();
    }
    await writers.stop();
    expect(writers.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status))).toEqual([]);
    const refused = writers.outcomes.filter(({ status }) => status === 503).length;
    expect(refused / writers.outcomes.length).toBeLessThan(0.05);
    await writers.settle();
    await expectKept(served.client, writers);
    expect(complaints(served.service)).toEqual([]);
  });
});
