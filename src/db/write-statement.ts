import type { NewEvent } from './events.ts';
import type { Database } from './knex.ts';
import { rowsOf, type StatementText } from './statement-text.ts';

/** A `with` query. */
export interface Part extends StatementText {
  readonly name: string;
}

/** Rows that have to be there, as they were read; each of them is locked. */
export interface Guard extends Part {
  /** How many rows it has to find. */
  readonly rows: number;
}

export interface GuardedWrite {
  readonly userId: string;
  /** In the order of locks: the user, projects, tags, tasks. */
  readonly guards: readonly Guard[];
  /** Inserts, updates and deletes that read `from ready`, and return something. */
  readonly writes: readonly Part[];
  /** What happened, at least one. */
  readonly events: readonly NewEvent[];
}

/**
 * Many changes of a user's data in one statement, so in one round trip and one transaction: if all guards find their rows,
 * then all writes, the user's next sequence numbers and the events; else nothing. The counter comes last, for its row is
 * locked until the commit, which is what keeps `seq` without gaps and in the order of commits.
 *
 * @returns false when a guard has missed a row: somebody else was faster
 */
export async function writeGuarded(database: Database, write: GuardedWrite): Promise<boolean> {
  const { userId, guards, writes, events } = write;
  const parts: Part[] = [...guards, ready(guards), ...writes, counter(userId, writes, events.length)];
  parts.push(record(userId, events));
  const text = parts.map((part) => `${part.name} as (${part.sql})`).join(',\n');
  const rows = await rowsOf(database, nameOf(text), {
    sql: `with ${text}\nselect seq from counter`,
    values: parts.flatMap(({ values }) => values),
  });
  return rows.length === 1;
}

/** Names of prepared statements, by text. There are as many as there are sets of parts that go together. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `write.${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** One row if every guard found what it looks for. Evaluated in this order, and a miss ends it. */
function ready(guards: readonly Guard[]): Part {
  const found = guards.map(({ name }) => `when (select count(*) from ${name}) <> ?::int then false`);
  return {
    name: 'ready',
    sql:
      guards.length === 0
        ? 'select true as ok'
        : `select true as ok where case ${found.join(' ')} else true end`,
    values: guards.map(({ rows }) => rows),
  };
}

function counter(userId: string, writes: readonly Part[], events: number): Part {
  // Asks for what the writes return, so that they come before.
  const done = writes.map(({ name }) => `(select count(*) from ${name}) >= 0`);
  return {
    name: 'counter',
    sql: `update user_counters set seq = seq + ?::int
      where user_id = ? and exists (select from ready) and ${['true', ...done].join(' and ')}
      returning seq`,
    values: [events, userId],
  };
}

function record(userId: string, events: readonly NewEvent[]): Part {
  return {
    name: 'recorded',
    sql: `insert into events (user_id, seq, type, resource, resource_id, changed, before, after, at, actor)
      select ?::uuid, counter.seq - ?::int + event.place, event.type, event.resource, event.resource_id, event.changed,
        event.before, event.after, event.at, event.actor
      from counter, rows from (jsonb_to_recordset(?::jsonb) as (
        type text, resource text, resource_id uuid, changed text[], before jsonb, after jsonb, at timestamptz, actor text
      )) with ordinality
        as event (type, resource, resource_id, changed, before, after, at, actor, place)`,
    values: [userId, events.length, JSON.stringify(events)],
  };
}
