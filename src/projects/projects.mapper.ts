import type { Schemas } from '../contract/types.ts';
import type { CountedProjectRow } from './columns.ts';

export function toProject(row: CountedProjectRow): Schemas['Project'] {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    color: row.color,
    archived: row.archived,
    position: row.position,
    task_counts: { open: row.task_counts.open, completed: row.task_counts.completed },
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
    deleted_at: row.deleted_at,
  };
}

/** What tells the project as it is answered now apart from other answers of the same version. */
export function distinctionsOf({ task_counts }: Schemas['Project']): number[] {
  return [task_counts.open, task_counts.completed];
}
