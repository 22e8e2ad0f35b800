import type { Knex } from 'knex';
import { type Database, prepared } from './knex.ts';
import type { EventRow } from './tables.ts';

/** What happened, without its number: the counter gives that. */
export type NewEvent = Omit<EventRow, 'seq'>;

/**
 * The one way in which a user's data is changed: the write, the user's next sequence number and the event, all in one
 * statement, so in one round trip and one transaction. The counter's row is locked until the commit, which is what
 * keeps `seq` without gaps and in the order of commits.
 *
 * @param write an insert, update or delete of at most one row that ends in `returning *`
 * @param name unique for the text of the write (named prepared statement)
 * @returns the written row, or undefined when the write's condition matched nothing: then there is no event either
 */
export async function writeWithEvent<Row extends object>(
  database: Database,
  name: string,
  write: Knex.QueryBuilder,
  event: NewEvent,
): Promise<Row | undefined> {
  const counter = database('user_counters')
    .where({ user_id: event.user_id })
    .whereExists(database.select(database.raw('1')).from('written'))
    .increment('seq', 1)
    .returning('seq');
  const record = database.raw(
    `insert into events (user_id, seq, type, resource, resource_id, changed, before, after, at, actor)
     select ?::uuid, counter.seq, ?, ?, ?::uuid, ?::text[], ?::jsonb, ?::jsonb, ?::timestamptz, ? from counter`,
    [event.user_id, event.type, event.resource, event.resource_id, ...changeOf(event)] as Knex.RawBinding[],
  );
  const rows: Row[] = await prepared(
    database,
    name,
    database
      .with('written', write)
      .with('counter', counter)
      .with('event', record)
      .select<Row[]>('*')
      .from('written') as Knex.QueryBuilder,
  );
  return rows[0];
}

/** The columns `changed`, `before`, `after`, `at` and `actor`, as parameters. */
export function changeOf({ changed, before, after, at, actor }: Omit<NewEvent, 'resource_id'>): unknown[] {
  return [[...changed], before === null ? null : JSON.stringify(before), JSON.stringify(after), at, actor];
}

/** The actor of what users do themselves. */
export function byUser(userId: string): string {
  return `user:${userId}`;
}

/** The fields with which the newest resource of the id began; undefined when there never was one. */
export async function findCreation(
  database: Database,
  userId: string,
  resourceId: string,
  type: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const query = database<EventRow>('events')
    .where({ user_id: userId, resource_id: resourceId, type })
    .orderBy('seq', 'desc')
    .first('after');
  return (await prepared(database, 'events.creation', query))?.after;
}
