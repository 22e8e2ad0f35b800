import { isDeepStrictEqual } from 'node:util';
import { byUser, type NewEvent } from '../../db/events.ts';
import type { TagRow } from '../../db/tables.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { toTaskFields } from '../tasks.mapper.ts';

/**
 * What happened to a task, in the contract's names.
 *
 * @param before null for a new task
 * @param after null for one that is removed for good, of which nothing more is told
 */
export function taskEvent(
  type: string,
  before: TaggedTaskRow | null,
  after: TaggedTaskRow | null,
  at: string,
): NewEvent {
  const [old, now] = [before, after].map((row) => (row === null ? {} : toTaskFields(row)));
  const changed = Object.keys(now ?? {})
    .filter((name) => !isDeepStrictEqual(old?.[name], now?.[name]))
    .sort();
  const pick = (fields: Record<string, unknown> = {}): Record<string, unknown> =>
    Object.fromEntries(changed.map((name) => [name, fields[name]]));
  const { user_id, id } = (after ?? before) as TaggedTaskRow;
  return {
    user_id,
    type,
    resource: 'task',
    resource_id: id,
    changed,
    before: before === null ? null : pick(old),
    after: pick(now),
    at,
    actor: byUser(user_id),
  };
}

/** A tag that came to be because a task was given it. */
export function createdTag({ user_id, id, name, color, created_at }: TagRow): NewEvent {
  return {
    user_id,
    type: 'tag.created',
    resource: 'tag',
    resource_id: id,
    changed: ['color', 'name'],
    before: null,
    after: { color, name },
    at: created_at,
    actor: byUser(user_id),
  };
}
