import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { Schemas } from '../../contract/types.ts';
import { ConflictError, type FieldFault, InvalidInputError } from '../../errors.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { areSameTags } from '../rules/tag-sets.ts';
import type { TaskDraft } from './draft.ts';
import { completedAt, dueColumns, NOT_DUE } from './fields.ts';
import { placeTask } from './place.ts';

export interface Created {
  readonly task: TaggedTaskRow;
  /** False when the task was there already, from the same request. */
  readonly isNew: boolean;
}

/**
 * @param creations what tasks that are there were created from
 * @throws ConflictError when the id belongs to another task
 * @throws InvalidInputError
 */
export function createTask(
  draft: TaskDraft,
  body: Schemas['TaskCreate'],
  creations: ReadonlyMap<string, object>,
): Created {
  const present = body.id === undefined ? undefined : draft.find(body.id);
  if (present !== undefined) {
    const origin = draft.creationOf(present.id) ?? creations.get(present.id);
    if (present.deleted_at !== null || origin === undefined || !isCreatedFrom(origin, body)) {
      throw new ConflictError('conflict', 'There is another task with this id.');
    }
    return { task: present, isNew: false };
  }
  const faults: FieldFault[] = [];
  const due = dueColumns(draft, NOT_DUE, body.due, faults);
  const place = placeTask(draft, undefined, body, faults);
  if (faults.length > 0) throw new InvalidInputError(faults);
  const task = draft.insert({
    user_id: draft.userId,
    id: body.id ?? uuidv7(),
    title: body.title,
    description: body.description,
    status: body.status,
    priority: body.priority,
    ...place,
    ...due,
    position: draft.lastPosition(),
    tags: draft.tagNames(body.tags),
    version: 1,
    created_at: draft.at,
    updated_at: draft.at,
    completed_at: completedAt({ completed_at: null }, body.status, draft.at),
    deleted_at: null,
  });
  return { task, isNew: true };
}

/** Fields that a task takes over from the body as they are. */
const TAKEN = ['title', 'description', 'status', 'priority', 'parent_id', 'due'] as const;

/** Whether a task that began like this was created from the body. */
function isCreatedFrom(origin: object, body: Schemas['TaskCreate']): boolean {
  const began = origin as Schemas['Task'];
  return (
    TAKEN.every((name) => isDeepStrictEqual(began[name] ?? null, body[name])) &&
    areSameTags(began.tags ?? [], body.tags) &&
    // A subtask that named no project got that of its parent.
    (began.project_id === body.project_id || (body.parent_id !== null && body.project_id === null))
  );
}
