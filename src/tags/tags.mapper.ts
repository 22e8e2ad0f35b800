import type { Schemas } from '../contract/types.ts';
import type { CountedTagRow } from './columns.ts';

export function toTag(row: CountedTagRow): Schemas['Tag'] {
  return {
    id: row.id,
    name: row.name,
    color: row.color,
    task_count: row.task_count,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}
