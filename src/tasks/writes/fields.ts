import type { Schemas } from '../../contract/types.ts';
import type { FieldFault } from '../../errors.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { type Due, type DuePatch, dueAt, dueFaults, followsUser, mergeDue } from '../rules/due.ts';
import { toDue } from '../tasks.mapper.ts';
import type { TaskDraft } from './draft.ts';

type DueColumns = Pick<TaggedTaskRow, 'due_date' | 'due_time' | 'due_timezone' | 'due_at'>;

export const NOT_DUE: DueColumns = { due_date: null, due_time: null, due_timezone: null, due_at: null };

/** The due date after a merge patch, as columns. @param faults takes what is wrong */
export function dueColumns(
  draft: TaskDraft,
  task: DueColumns,
  patch: DuePatch | null | undefined,
  faults: FieldFault[],
): DueColumns {
  const { due_date, due_time, due_timezone, due_at } = task;
  const current = { due_date, due_time, due_timezone, due_at };
  if (patch === undefined) return current;
  const due = mergeDue(toDue(task), patch);
  if (due === null) return NOT_DUE;
  const found = dueFaults(due);
  faults.push(...found);
  return found.length > 0 ? current : columnsOf(due as Due, draft);
}

function columnsOf(due: Due, draft: TaskDraft): DueColumns {
  const zone = followsUser(due) ? draft.timezone() : 'UTC';
  return {
    due_date: due.date,
    due_time: due.time,
    due_timezone: due.timezone,
    due_at: dueAt(due, zone),
  };
}

/** Going to completed notes the time, leaving it forgets it, staying keeps it. */
export function completedAt(
  task: Pick<TaggedTaskRow, 'completed_at'>,
  status: Schemas['TaskStatus'] | undefined,
  at: string,
): string | null {
  if (status === undefined) return task.completed_at;
  return status === 'completed' ? (task.completed_at ?? at) : null;
}
