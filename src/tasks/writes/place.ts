import type { TaskRow } from '../../db/tables.ts';
import type { FieldFault } from '../../errors.ts';
import type { TaggedTaskRow } from '../columns.ts';
import type { TaskDraft } from './draft.ts';

/** Where a task belongs. */
export type Place = Pick<TaskRow, 'project_id' | 'parent_id'>;

/** What is asked for; what is absent is not. */
export type WantedPlace = { readonly [K in keyof Place]?: Place[K] | undefined };

const NOWHERE: Place = { project_id: null, parent_id: null };

/**
 * Where a task comes to be: a subtask in the project of its parent, another task in the project that it wants.
 *
 * @param task as it is; undefined for a new one
 * @param faults takes what is wrong
 */
export function placeTask(
  draft: TaskDraft,
  task: TaggedTaskRow | undefined,
  wanted: WantedPlace,
  faults: FieldFault[],
): Place {
  const current = task ?? NOWHERE;
  const parentId = wanted.parent_id === undefined ? current.parent_id : wanted.parent_id;
  if (parentId === null) {
    const projectId = wanted.project_id === undefined ? current.project_id : wanted.project_id;
    if (projectId !== null && projectId !== current.project_id && !draft.hasProject(projectId)) {
      faults.push({ pointer: '/project_id', code: 'not_found', message: 'is not a project of yours' });
    }
    return { project_id: projectId, parent_id: null };
  }
  const fault = parentId === current.parent_id ? undefined : adopt(draft, task, parentId);
  if (fault !== undefined) {
    faults.push(fault);
    return current;
  }
  const projectId =
    parentId === current.parent_id ? current.project_id : (draft.find(parentId)?.project_id ?? null);
  const asked = wanted.project_id ?? null;
  if (asked !== null && asked !== projectId) {
    faults.push({ pointer: '/project_id', code: 'not_allowed', message: 'is not the project of the parent' });
  }
  return { project_id: projectId, parent_id: parentId };
}

/** @returns why the task can't become a subtask of the other one */
function adopt(draft: TaskDraft, task: TaggedTaskRow | undefined, parentId: string): FieldFault | undefined {
  const refuse = (code: string, message: string): FieldFault => ({ pointer: '/parent_id', code, message });
  const parent = draft.find(parentId);
  if (parent === undefined || parent.deleted_at !== null)
    return refuse('not_found', 'is not a task of yours');
  if (parent.id === task?.id) return refuse('not_allowed', 'is the task itself');
  if (parent.parent_id !== null) return refuse('not_allowed', 'is a subtask, which can have none');
  if (task !== undefined && draft.subtasksOf(task.id).length > 0) {
    return refuse('not_allowed', 'can not be given to a task that has subtasks');
  }
  draft.useParent(parent);
  return undefined;
}
