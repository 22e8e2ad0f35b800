import type { NewEvent } from '../../db/events.ts';
import type { TagRow, TaskRow } from '../../db/tables.ts';
import type { TaggedTaskRow } from '../columns.ts';

/** A tag as far as tasks know it. */
export type KnownTag = Pick<TagRow, 'id' | 'name' | 'name_norm'>;

/** What was read for a change. */
export interface Loaded {
  /** Also those in the trash. */
  readonly tasks: readonly TaggedTaskRow[];
  readonly tags: readonly KnownTag[];
  /** Those of the projects that are there, and not in the trash; undefined when nobody has looked. */
  readonly projects: readonly string[] | undefined;
  /** Undefined when nobody has looked, or the account is gone. */
  readonly timezone: string | undefined;
}

/** What of the user's data has to be as it was read, or nothing is written. */
export interface Assumptions {
  /** The user is in this time zone. */
  readonly timezone: string | undefined;
  /** These projects are there, and not in the trash. */
  readonly projects: readonly string[];
  /** These tags are there, under these names. */
  readonly tags: readonly KnownTag[];
  /** These tasks can have subtasks, and are in these projects. */
  readonly parents: readonly Pick<TaskRow, 'id' | 'project_id'>[];
}

/** A task as it is going to be. */
export interface WrittenTask {
  readonly row: TaskRow;
  /** The version that has to be there; a new task has none. */
  readonly from: number | undefined;
  /** What the task is found by; null when that stays as it is. */
  readonly lexemes: readonly string[] | null;
}

/** Everything that one request changes, for one statement. */
export interface TaskChanges {
  readonly userId: string;
  readonly assumptions: Assumptions;
  readonly newTags: readonly TagRow[];
  readonly inserted: readonly WrittenTask[];
  readonly updated: readonly WrittenTask[];
  /** Removed for good. */
  readonly purged: readonly Pick<TaskRow, 'id' | 'version'>[];
  /** All tags of tasks whose tags are others than before. */
  readonly tagged: readonly { readonly taskId: string; readonly tagIds: readonly string[] }[];
  readonly events: readonly NewEvent[];
}
