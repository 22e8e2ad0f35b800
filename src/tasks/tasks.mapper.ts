import type { Schemas } from '../contract/types.ts';
import type { TaggedTaskRow } from './columns.ts';
import { isOpen } from './rules/statuses.ts';

/** @param at what time it is; decides whether the task is overdue */
export function toTask(row: TaggedTaskRow, at: string): Schemas['Task'] {
  return {
    id: row.id,
    user_id: row.user_id,
    project_id: row.project_id,
    parent_id: row.parent_id,
    title: row.title,
    description: row.description,
    status: row.status as Schemas['TaskStatus'],
    priority: row.priority as Schemas['TaskPriority'],
    due: toDue(row),
    due_at: row.due_at,
    tags: [...row.tags],
    position: row.position,
    is_overdue: isOverdue(row, at),
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
    completed_at: row.completed_at,
    deleted_at: row.deleted_at,
  };
}

/** What tells the task as it is answered now apart from other answers of the same version. */
export function distinctionsOf({ is_overdue }: Schemas['Task']): string[] {
  return is_overdue ? ['overdue'] : [];
}

/** What of a task is its own, as its history tells it: without its id and what every change changes. */
export function toTaskFields(row: TaggedTaskRow): Record<string, unknown> {
  return {
    title: row.title,
    description: row.description,
    status: row.status,
    priority: row.priority,
    project_id: row.project_id,
    parent_id: row.parent_id,
    due: toDue(row),
    due_at: row.due_at,
    tags: [...row.tags],
    position: row.position,
    completed_at: row.completed_at,
    deleted_at: row.deleted_at,
  };
}

export function toDue({
  due_date,
  due_time,
  due_timezone,
}: Pick<TaggedTaskRow, 'due_date' | 'due_time' | 'due_timezone'>): Schemas['Due'] {
  return due_date === null ? null : { date: due_date, time: due_time, timezone: due_timezone };
}

/** Open, and its time has come. Instants of one form sort as text. */
function isOverdue({ status, due_at }: TaggedTaskRow, at: string): boolean {
  return due_at !== null && due_at <= at && isOpen(status);
}
