import type { Schemas } from '../contract/types.ts';
import type { EventRow } from '../db/tables.ts';

export function toEvent(row: EventRow): Schemas['Event'] {
  return {
    seq: Number(row.seq),
    type: row.type,
    resource: row.resource,
    resource_id: row.resource_id,
    changed: [...row.changed],
    before: row.before,
    after: row.after,
    at: row.at,
    actor: row.actor,
  };
}
