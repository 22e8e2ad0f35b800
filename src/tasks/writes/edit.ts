import type { Precondition } from '../../contract/conditional.ts';
import type { Schemas } from '../../contract/types.ts';
import { type FieldFault, InvalidInputError, NotFoundError, PreconditionFailedError } from '../../errors.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { isOpen } from '../rules/statuses.ts';
import { areSameTags } from '../rules/tag-sets.ts';
import { distinctionsOf, toTask } from '../tasks.mapper.ts';
import type { TaskDraft } from './draft.ts';
import { completedAt, dueColumns } from './fields.ts';
import { placeTask } from './place.ts';

/**
 * The task that a request is about.
 *
 * @throws NotFoundError when it is not there, or in the trash
 * @throws PreconditionFailedError
 */
export function liveTask(draft: TaskDraft, id: string, allowed: Precondition): TaggedTaskRow {
  const task = anyTask(draft, id, () => true);
  if (task.deleted_at !== null) throw new NotFoundError('task');
  return holdTo(task, allowed, draft.at);
}

/** The same for what can be asked of a task in the trash as well. */
export function anyTask(draft: TaskDraft, id: string, allowed: Precondition): TaggedTaskRow {
  const task = draft.find(id);
  if (task === undefined) throw new NotFoundError('task');
  return holdTo(task, allowed, draft.at);
}

function holdTo(task: TaggedTaskRow, allowed: Precondition, at: string): TaggedTaskRow {
  if (allowed(task.version)) return task;
  const current = toTask(task, at);
  throw new PreconditionFailedError(current, current.version, ...distinctionsOf(current));
}

/** A merge patch; subtasks follow into another project. @throws InvalidInputError */
export function editTask(
  draft: TaskDraft,
  id: string,
  patch: Schemas['TaskUpdate'],
  allowed: Precondition,
): TaggedTaskRow {
  const task = liveTask(draft, id, allowed);
  const faults: FieldFault[] = [];
  const due = dueColumns(draft, task, patch.due, faults);
  const place = placeTask(draft, task, patch, faults);
  if (faults.length > 0) throw new InvalidInputError(faults);
  const isTagged = patch.tags !== undefined && !areSameTags(patch.tags, task.tags);
  const edited = draft.update(task, {
    ...due,
    ...place,
    title: patch.title ?? task.title,
    description: patch.description === undefined ? task.description : patch.description,
    status: patch.status ?? task.status,
    priority: patch.priority ?? task.priority,
    completed_at: completedAt(task, patch.status, draft.at),
    tags: isTagged ? draft.tagNames(patch.tags ?? []) : task.tags,
  });
  if (edited.project_id !== task.project_id) {
    for (const subtask of draft.subtasksOf(id)) draft.update(subtask, { project_id: edited.project_id });
  }
  return edited;
}

/** Open tasks stay what they are. */
export function reopenTask(draft: TaskDraft, id: string, allowed: Precondition): TaggedTaskRow {
  const { status } = liveTask(draft, id, allowed);
  return editTask(draft, id, isOpen(status) ? {} : { status: 'pending' }, allowed);
}

export function completeTask(draft: TaskDraft, id: string, allowed: Precondition): TaggedTaskRow {
  return editTask(draft, id, { status: 'completed' }, allowed);
}
