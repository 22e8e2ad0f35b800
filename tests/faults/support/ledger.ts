import type pg from 'pg';
import { expect } from 'vitest';
import type { EventRow, TaskRow } from '../../../src/db/tables.ts';
import type { Ledger } from './writers.ts';

/** Of a task's columns those that the writers set, and that its events tell by the same name. */
const TOLD = ['title', 'description', 'status', 'priority'] as const;

/**
 * Compares what clients were told with what is stored: nothing that was acknowledged is lost, no key has done its work
 * twice, and no write is there by half: each task is what its events tell, and the events are numbered without a gap.
 * Others may go on writing meanwhile.
 */
export async function expectKept(client: pg.Client, ledger: Ledger): Promise<void> {
  await client.query('begin isolation level repeatable read');
  try {
    await expectKeptNow(client, ledger);
  } finally {
    await client.query('rollback');
  }
}

/** The same within a transaction that is open already. */
export async function expectKeptNow(client: pg.Client, ledger: Ledger): Promise<void> {
  const { rows: tasks } = await client.query<TaskRow>('select * from tasks');
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const lost = [...ledger.tasks].filter(([id, states]) => {
    const task = byId.get(id);
    return !states.some(
      ({ title, deleted }) => task?.title === title && (task.deleted_at !== null) === deleted,
    );
  });
  expect(lost).toEqual([]);

  const made = new Map<string | null, number>();
  for (const { description: key } of tasks) made.set(key, (made.get(key) ?? 0) + 1);
  const acknowledged = ledger.creations.filter(({ answer }) => answer !== undefined);
  expect(acknowledged.filter(({ key }) => made.get(key) !== 1)).toEqual([]);
  expect(ledger.creations.filter(({ key }) => (made.get(key) ?? 0) > 1)).toEqual([]);

  expect(halvesOf(tasks, await readEvents(client))).toEqual([]);
  const { rows: gaps } = await client.query(`
    select user_id, counter.seq as counter, count(events.seq) as events, max(events.seq) as last
    from user_counters counter left join events using (user_id)
    group by user_id, counter.seq
    having counter.seq <> count(events.seq) or counter.seq <> coalesce(max(events.seq), 0)`);
  expect(gaps).toEqual([]);
  const { rows: unanswered } = await client.query('select key from idempotency_keys where status is null');
  expect(unanswered).toEqual([]);
}

async function readEvents(client: pg.Client): Promise<EventRow[]> {
  const { rows } = await client.query<EventRow>(
    `select * from events where resource = 'task' order by user_id, seq`,
  );
  return rows;
}

/** Tasks that are not what their events tell, and events of tasks that are not there. */
function halvesOf(tasks: readonly TaskRow[], events: readonly EventRow[]): string[] {
  const told = new Map<string, EventRow[]>();
  for (const event of events) {
    const before = told.get(event.resource_id) ?? [];
    told.set(event.resource_id, [...before, event]);
  }
  const halves = tasks.filter((task) => {
    const own = told.get(task.id) ?? [];
    told.delete(task.id);
    const sum: Record<string, unknown> = Object.assign({}, ...own.map(({ after }) => after));
    const deleted = own.at(-1)?.type === 'task.deleted';
    return (
      own[0]?.type !== 'task.created' ||
      own.length !== task.version ||
      deleted !== (task.deleted_at !== null) ||
      TOLD.some((name) => sum[name] !== task[name])
    );
  });
  return [...halves.map(({ id }) => `task ${id}`), ...[...told.keys()].map((id) => `events of ${id}`)];
}
