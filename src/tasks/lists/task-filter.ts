import type { StatementText } from '../../db/statement-text.ts';
import type { Day } from '../rules/days.ts';
import { isOpenIn } from '../rules/statuses.ts';
import { DUE_OR_NEVER } from './task-order.ts';

/** Which tasks a list is of; what is undefined does not matter. */
export interface TaskFilter {
  readonly deleted: 'exclude' | 'only' | 'include';
  readonly statuses: readonly string[] | undefined;
  readonly priorities: readonly string[] | undefined;
  /** Null for tasks without one. */
  readonly project: string | null | undefined;
  /** Null for tasks that are no subtasks. */
  readonly parent: string | null | undefined;
  readonly tags: TagFilter | undefined;
  readonly due: 'none' | Overdue | DueOn | undefined;
  readonly dueFrom: string | undefined;
  readonly dueTo: string | undefined;
  readonly createdFrom: string | undefined;
  readonly createdTo: string | undefined;
  readonly updatedSince: string | undefined;
  /** Text of a `tsquery`; null for one that finds nothing. */
  readonly search: string | null | undefined;
}

export interface TagFilter {
  /** As names are compared, each once. */
  readonly keys: readonly string[];
  readonly match: 'any' | 'all';
}

interface Overdue {
  readonly kind: 'overdue';
  readonly at: string;
}

interface DueOn {
  readonly kind: 'today';
  readonly day: Day;
}

export interface Condition extends StatementText {
  /** Tells its SQL from that of the other conditions. */
  readonly name: string;
}

/** Lists are matched against one array parameter each, so that the text of a statement does not depend on their length. */
export function conditionsOf(userId: string, filter: TaskFilter): Condition[] {
  const conditions: Condition[] = [];
  const add = (name: string, sql: string, ...values: unknown[]): void => {
    conditions.push({ name, sql, values });
  };
  const { deleted, statuses, priorities, project, parent, tags, due, search } = filter;
  if (deleted === 'exclude') add('live', 'deleted_at is null');
  if (deleted === 'only') add('trashed', 'deleted_at is not null');
  // One by itself, so that an index can begin with it and go on with the order.
  if (statuses?.length === 1) add('status', 'status = ?', statuses[0]);
  else if (statuses !== undefined) add('statuses', 'status = any(?)', [...statuses]);
  if (priorities !== undefined) add('priority', 'priority = any(?)', [...priorities]);
  if (project === null) add('no_project', 'project_id is null');
  else if (project !== undefined) add('project', 'project_id = ?', project);
  if (parent === null) add('top_level', 'parent_id is null');
  else if (parent !== undefined) add('parent', 'parent_id = ?', parent);
  if (tags !== undefined) conditions.push(tagged(userId, tags));
  if (due === 'none') add('not_due', 'due_at is null');
  else if (due?.kind === 'overdue') {
    add('overdue', `${DUE_OR_NEVER} <= ? and ${isOpenIn('status')}`, due.at);
  } else if (due?.kind === 'today') {
    add('today', `${DUE_OR_NEVER} >= ? and ${DUE_OR_NEVER} < ?`, due.day.from, due.day.to);
  }
  if (filter.dueFrom !== undefined) {
    add('due_from', `${DUE_OR_NEVER} >= ? and due_at is not null`, filter.dueFrom);
  }
  if (filter.dueTo !== undefined) add('due_to', `${DUE_OR_NEVER} < ? and due_at is not null`, filter.dueTo);
  if (filter.createdFrom !== undefined) add('created_from', 'created_at >= ?', filter.createdFrom);
  if (filter.createdTo !== undefined) add('created_to', 'created_at < ?', filter.createdTo);
  if (filter.updatedSince !== undefined) add('updated_since', 'updated_at >= ?', filter.updatedSince);
  if (search === null) add('nothing', 'false');
  else if (search !== undefined) add('search', 'search @@ ?::tsquery', search);
  return conditions;
}

function tagged(userId: string, { keys, match }: TagFilter): Condition {
  const tasks = `select task_tags.task_id from task_tags
    join tags on tags.user_id = task_tags.user_id and tags.id = task_tags.tag_id
    where task_tags.user_id = ? and tags.user_id = ? and tags.name_norm = any(?)`;
  const values = [userId, userId, [...keys]];
  if (match === 'any') return { name: 'tag', sql: `id in (${tasks})`, values };
  return {
    name: 'tags',
    sql: `id in (${tasks} group by task_tags.task_id having count(*) = ?)`,
    values: [...values, keys.length],
  };
}
