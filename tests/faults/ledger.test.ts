/** What the other files trust in: the ledger sees what is lost, halved or done twice. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectKept, expectKeptNow } from './support/ledger.ts';
import { serveDatabase } from './support/service.ts';
import { createWriters, type Writers } from './support/writers.ts';

const served = serveDatabase();
let writers: Writers;
beforeAll(async () => {
  writers = await createWriters({ origin: served.origin, count: 2 });
  writers.go();
  await writers.progress(30);
  await writers.stop();
});
afterEach(() => served.client.query('rollback'));

describe('the ledger', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(writers.tasks.size).toBeGreaterThan(5);
    await writers.settle();
    await expectKept(served.client, writers);
  });

  const one = `(select id from tasks order by id limit 1)`;
  it.each([
    ['a task that is lost', `delete from tasks where id = ${one}`],
    ['a change that is lost', `update tasks set title = 'another' where id = ${one}`],
    [
      'a task that was not deleted',
      `update tasks set deleted_at = case when deleted_at is null then now() end where id = ${one}`,
    ],
    ['a version without an event', `update tasks set version = version + 1 where id = ${one}`],
    [
      'a key that did its work twice',
      `insert into tasks (user_id, id, title, description, position, version, created_at, updated_at, status, priority, search)
       select user_id, gen_random_uuid(), title, description, position || 'a', 1, now(), now(), status, priority, search
       from tasks where id = ${one}`,
    ],
    ['a task without its events', `delete from events where resource_id = ${one}`],
    ['a gap in the numbers', `update user_counters set seq = seq + 1`],
    ['a key without an answer', `update idempotency_keys set status = null`],
  ])('finds %s', async (_what, harm) => {
    await served.client.query('begin');
    const { rowCount } = await served.client.query(harm);
    expect(rowCount).toBeGreaterThan(0);
    await expect(expectKeptNow(served.client, writers)).rejects.toThrow();
  });
});
