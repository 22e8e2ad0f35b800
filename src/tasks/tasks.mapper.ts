import type { Schemas } from '../contract/types.ts';
import type { TaskRow } from '../db/tables.ts';

export function toTask(row: TaskRow): Schemas['Task'] {
  return {
    id: row.id,
    user_id: row.user_id,
    title: row.title,
    description: row.description,
    status: row.status as Schemas['TaskStatus'],
    priority: row.priority as Schemas['TaskPriority'],
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
    completed_at: row.completed_at,
  };
}
