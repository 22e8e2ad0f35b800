/** The database is there and refuses: it is read-only, statements take too long, or transactions are in each other's way. */
import { afterEach, describe, expect, it } from 'vitest';
import { DATABASE_LIMITS } from '../../src/db/knex.ts';
import { complaints, until } from '../setup/service-process.ts';
import { expectKept } from './support/ledger.ts';
import { serveDatabase } from './support/service.ts';
import { createWriters, registerPatiently } from './support/writers.ts';

/** The machine may be busy with other things. */
const SLACK = 4_000;
const POOL = 4;
const served = serveDatabase({ DATABASE_POOL_MAX: String(POOL) });

const nameOfDatabase = (): string => new URL(served.url).pathname.slice(1);
const pids = async (): Promise<number[]> => {
  const { rows } = await served.client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'taskpact' and datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
};

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly ms: number;
}

async function send(authorization: string, method: string, path: string, body?: object): Promise<Answer> {
  const started = performance.now();
  const answer = await fetch(`${served.origin}/api/v1${path}`, {
    method,
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  await answer.arrayBuffer();
  const ms = performance.now() - started;
  return { status: answer.status, retryAfter: answer.headers.get('Retry-After'), ms };
}

describe('F28 a database that has become read-only', () => {
  const setReadOnly = async (value: string): Promise<void> => {
    await served.client.query('set default_transaction_read_only = off');
    await served.client.query(
      `alter database ${nameOfDatabase()} set default_transaction_read_only = ${value}`,
    );
  };
  afterEach(() => setReadOnly('default'));

  it('refuses writes with a 503 and reads on; connections to it are given up, so that all is well afterwards', async () => {
    const writers = await createWriters({ origin: served.origin });
    const reader = await registerPatiently(served.origin);
    writers.go();
    await writers.progress(30);
    await setReadOnly('on');
    // As in a failover: who was connected is not any more.
    await served.client.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [
      await pids(),
    ]);
    const refused = (): number => writers.outcomes.filter(({ status }) => status === 503).length;
    const before = refused();
    await until(() => refused() > before + 30, 'writes are refused');
    for (let read = 0; read < 20; read += 1) {
      expect(await send(reader, 'GET', '/tasks')).toMatchObject({ status: 200 });
    }
    expect(await send(reader, 'POST', '/tasks', { title: 'x' })).toMatchObject({
      status: 503,
      retryAfter: '1',
    });

    await setReadOnly('default');
    // New connections may write; the old ones would be read-only for as long as they live.
    await writers.progress(30);
    const healed = writers.outcomes.length;
    await writers.progress(200);
    const late = writers.outcomes.slice(healed).filter(({ status }) => status === 503);
    expect(late.length).toBeLessThanOrEqual(POOL);
    await writers.stop();
    await writers.settle();
    await expectKept(served.client, writers);
    expect(complaints(served.service)).toEqual([]);
  });
});

describe('F4 a statement that takes too long', () => {
  afterEach(() => served.client.query('drop function if exists take_long cascade'));

  it('is ended by the database and is a 503; the connection serves the next', async () => {
    const user = await registerPatiently(served.origin);
    await served.client.query(`
      create function take_long() returns trigger language plpgsql as
      $$ begin if new.title = 'Slow' then perform pg_sleep(60); end if; return new; end $$;
      create trigger take_long before insert on tasks for each row execute function take_long()`);
    const together = (title: string): Promise<Answer[]> =>
      Promise.all(Array.from({ length: 3 }, () => send(user, 'POST', '/tasks', { title })));
    await together('Quick');
    const answers = await together('Slow');
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, retryAfter: '1' });
      expect(answer.ms).toBeGreaterThan(DATABASE_LIMITS.statement - 100);
      expect(answer.ms).toBeLessThan(DATABASE_LIMITS.query + SLACK);
    }
    const connected = await pids();
    const next = await together('Quick');
    expect(next.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await pids()).toEqual(expect.arrayContaining(connected));
  });
});
