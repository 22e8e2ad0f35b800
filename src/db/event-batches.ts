import type { Knex } from 'knex';
import { inBatches } from './batches.ts';
import { changeOf, type NewEvent } from './events.ts';

/** What happened to several rows alike. */
export type EventBatch = Omit<NewEvent, 'resource_id'>;

/**
 * `writeWithEvent` for any number of rows that change alike: an event for each, in the order of their ids. The rows have to
 * be locked already, for the counter is the last thing that anybody locks.
 *
 * @param ids of the rows, in their order
 * @param write an update or delete of these rows that ends in `returning id`
 */
export async function writeAllWithEvents(
  trx: Knex.Transaction,
  ids: readonly string[],
  write: (ids: readonly string[]) => Knex.QueryBuilder,
  event: EventBatch,
): Promise<void> {
  for (const batch of inBatches(ids)) await writeBatch(trx, write(batch), event);
}

async function writeBatch(trx: Knex.Transaction, write: Knex.QueryBuilder, event: EventBatch): Promise<void> {
  const counter = trx('user_counters')
    .where({ user_id: event.user_id })
    .update({ seq: trx.raw('seq + (select count(*) from written)') })
    .returning('seq');
  // The counter stands at the number of the last of them.
  const record = trx.raw(
    `insert into events (user_id, seq, type, resource, resource_id, changed, before, after, at, actor)
     select ?::uuid, counter.seq + 1 - row_number() over (order by written.id desc), ?, ?, written.id, ?::text[],
       ?::jsonb, ?::jsonb, ?::timestamptz, ?
     from written cross join counter`,
    [event.user_id, event.type, event.resource, ...changeOf(event)] as Knex.RawBinding[],
  );
  await trx.with('written', write).with('counter', counter).with('event', record).count('id').from('written');
}
