/** What the model keeps of a user: tasks, projects and the keys of tags. */

export type Status = 'pending' | 'in_progress' | 'completed' | 'cancelled';
export type Priority = 'none' | 'low' | 'medium' | 'high' | 'urgent';

export interface Due {
  readonly date: string;
  readonly time: string | null;
  readonly timezone: string | null;
}

export interface Task {
  id: string;
  project_id: string | null;
  parent_id: string | null;
  title: string;
  description: string | null;
  status: Status;
  priority: Priority;
  due: Due | null;
  /** Keys of `tags`. */
  tags: Set<string>;
  version: number;
  /** Number of the request that put it into the trash. */
  deletion: number | null;
}

export interface Project {
  id: string;
  name: string;
  archived: boolean;
  version: number;
  deletion: number | null;
}

/** The writable fields of a task, as a body has them; what is absent is not said. */
export interface TaskFields {
  title?: string;
  description?: string | null;
  status?: Status;
  priority?: Priority;
  project_id?: string | null;
  parent_id?: string | null;
  due?: Due | null;
  tags?: readonly string[];
}

/** What a new task has where its body says nothing. */
export const DEFAULTS = {
  description: null,
  status: 'pending',
  priority: 'none',
  project_id: null,
  parent_id: null,
  due: null,
  tags: [],
} as const satisfies TaskFields;

/** Of a tag: names that differ only in case are one. */
export function keyOf(tagName: string): string {
  return tagName.toLowerCase();
}

/** Whether a change would change nothing. */
export function isSame(one: Task, other: Task): boolean {
  const text = (task: Task): string => JSON.stringify({ ...task, tags: [...task.tags].sort() });
  return text(one) === text(other);
}
