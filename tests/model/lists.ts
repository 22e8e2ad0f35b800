/** What a list of tasks should hold, and in which order, told from the tasks as the API shows them one by one. */
import type { Schemas } from '../../src/contract/types.ts';

type Task = Schemas['Task'];

/** Query parameters of listTasks; values as they stand in the query. */
export interface ListQuery {
  readonly status?: readonly string[];
  readonly priority?: readonly string[];
  readonly project_id?: string;
  readonly parent_id?: string;
  readonly tag?: readonly string[];
  readonly tag_match?: 'any' | 'all';
  readonly due?: 'none' | 'overdue';
  readonly due_from?: string;
  readonly due_to?: string;
  readonly updated_since?: string;
  readonly q?: string;
  readonly deleted?: 'exclude' | 'only' | 'include';
  readonly sort?: readonly string[];
}

const PRIORITIES = ['none', 'low', 'medium', 'high', 'urgent'];

/** @returns the ids of what matches, in order */
export function expectedList(tasks: readonly Task[], query: ListQuery): string[] {
  return tasks
    .filter((task) => matches(task, query))
    .toSorted((one, other) => compare(one, other, query.sort ?? ['-created_at']))
    .map(({ id }) => id);
}

function matches(task: Task, query: ListQuery): boolean {
  const { deleted = 'exclude', tag_match = 'any' } = query;
  const reference = (wanted: string | undefined, value: string | null): boolean =>
    wanted === undefined || (wanted === 'none' ? value === null : value === wanted);
  const own = task.tags.map((name) => name.toLowerCase());
  const hasTag = (name: string): boolean => own.includes(name.toLowerCase());
  return (
    (deleted === 'include' || (deleted === 'only') === (task.deleted_at !== null)) &&
    (query.status?.includes(task.status) ?? true) &&
    (query.priority?.includes(task.priority) ?? true) &&
    reference(query.project_id, task.project_id) &&
    reference(query.parent_id, task.parent_id) &&
    (query.tag === undefined || (tag_match === 'all' ? query.tag.every(hasTag) : query.tag.some(hasTag))) &&
    (query.due === undefined || (query.due === 'none' ? task.due_at === null : task.is_overdue)) &&
    (query.due_from === undefined || (task.due_at !== null && task.due_at >= query.due_from)) &&
    (query.due_to === undefined || (task.due_at !== null && task.due_at < query.due_to)) &&
    (query.updated_since === undefined || task.updated_at >= query.updated_since) &&
    (query.q === undefined || isFound(task, query.q))
  );
}

/** Every word occurs, the last one as the beginning of a word. */
function isFound({ title, description }: Task, q: string): boolean {
  const words = wordsOf(`${title} ${description ?? ''}`);
  const wanted = wordsOf(q);
  const last = wanted.pop() ?? '';
  return wanted.every((word) => words.includes(word)) && words.some((word) => word.startsWith(last));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(' ').filter(Boolean);
}

function compare(one: Task, other: Task, sort: readonly string[]): number {
  for (const key of [...sort, lastDirection(sort)]) {
    const descending = key.startsWith('-');
    const [a, b] = [one, other].map((task) => sortValue(task, key.replace('-', '')));
    if (a === b) continue;
    // What has no value comes last, whatever the direction.
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return (a < b ? -1 : 1) * (descending ? -1 : 1);
  }
  return 0;
}

/** Ties are broken by the id, in the direction of the last key. */
function lastDirection(sort: readonly string[]): string {
  return sort.at(-1)?.startsWith('-') ? '-id' : 'id';
}

function sortValue(task: Task, key: string): string | number | null {
  if (key === 'priority') return PRIORITIES.indexOf(task.priority);
  if (key === 'title') return task.title.toLowerCase();
  return task[key as 'created_at' | 'due_at' | 'id' | 'position'];
}
