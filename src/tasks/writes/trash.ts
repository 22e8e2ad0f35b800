import type { Precondition } from '../../contract/conditional.ts';
import { ConflictError } from '../../errors.ts';
import type { TaggedTaskRow } from '../columns.ts';
import type { TaskDraft } from './draft.ts';
import { anyTask, liveTask } from './edit.ts';

/** Into the trash, with its subtasks; the instant they share tells what comes back together. */
export function trashTask(draft: TaskDraft, id: string, allowed: Precondition): void {
  const task = liveTask(draft, id, allowed);
  const subtasks = draft.subtasksOf(id).filter(({ deleted_at }) => deleted_at === null);
  for (const one of [task, ...subtasks]) draft.update(one, { deleted_at: draft.at }, 'task.deleted');
}

/** For good, with its subtasks. @throws ConflictError when the task is not in the trash */
export function purgeTask(draft: TaskDraft, id: string, allowed: Precondition): void {
  const task = anyTask(draft, id, allowed);
  if (task.deleted_at === null) {
    throw new ConflictError('conflict', 'Only a task that is in the trash can be deleted for good.');
  }
  for (const one of [...draft.subtasksOf(id), task]) draft.purge(one);
}

/** Out of the trash, with the subtasks that went there together with it. What it belonged to and is gone, it loses. */
export function restoreTask(draft: TaskDraft, id: string, allowed: Precondition): TaggedTaskRow {
  const task = anyTask(draft, id, allowed);
  const { deleted_at } = task;
  if (deleted_at === null) return task;
  const together = draft.subtasksOf(id).filter((subtask) => subtask.deleted_at === deleted_at);
  const restored = draft.update(task, { deleted_at: null, ...placeAgain(draft, task) }, 'task.restored');
  const { project_id } = restored;
  for (const one of together) draft.update(one, { deleted_at: null, project_id }, 'task.restored');
  return restored;
}

function placeAgain(
  draft: TaskDraft,
  { project_id, parent_id }: TaggedTaskRow,
): Pick<TaggedTaskRow, 'project_id' | 'parent_id'> {
  const parent = parent_id === null ? undefined : draft.find(parent_id);
  if (parent?.deleted_at === null && parent.parent_id === null) {
    draft.useParent(parent);
    return { parent_id: parent.id, project_id: parent.project_id };
  }
  const hasProject = project_id !== null && draft.hasProject(project_id);
  return { parent_id: null, project_id: hasProject ? project_id : null };
}
