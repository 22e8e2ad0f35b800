import { v7 as uuidv7 } from 'uuid';
import type { ProjectRow, TagRow, TaskRow } from '../../src/db/tables.ts';
import { lastPosition } from '../../src/ordering/positions.ts';
import { tagNameKey } from '../../src/tags/tag-names.ts';
import { lexemesOf } from '../../src/tasks/rules/words.ts';
import type { TestApp, TestUser } from './test-app.ts';

/** Rows past the API, for what a test wants to say exactly: times, and what only time brings about. */

const AT = '2026-11-21T09:30:00.000Z';
type Owner = Pick<TestUser, 'id'>;

export async function storeTask(
  { database }: Pick<TestApp, 'database'>,
  user: Owner,
  { tags = [], ...fields }: Partial<TaskRow> & { readonly tags?: readonly string[] } = {},
): Promise<TaskRow> {
  const task: TaskRow = {
    user_id: user.id,
    id: uuidv7(),
    title: 'Buy milk',
    description: null,
    status: 'pending',
    priority: 'none',
    project_id: null,
    parent_id: null,
    due_date: null,
    due_time: null,
    due_timezone: null,
    due_at: null,
    position: lastPosition(new Date()),
    version: 1,
    created_at: AT,
    updated_at: AT,
    completed_at: fields.status === 'completed' ? AT : null,
    deleted_at: null,
    ...fields,
    ...(fields.due_at == null ? {} : { due_date: fields.due_at.slice(0, 10), due_time: '00:00' }),
  };
  const lexemes = lexemesOf(user.id, `${task.title} ${task.description ?? ''}`);
  const search = database.raw('array_to_tsvector(?::text[])', [lexemes]);
  await database('tasks').insert({ ...task, search });
  for (const name of tags) {
    const tag = await storeTag({ database }, user, name);
    await database('task_tags').insert({ user_id: user.id, task_id: task.id, tag_id: tag.id });
  }
  return task;
}

/** The user's tag of that name, a new one if there is none. */
export async function storeTag(
  { database }: Pick<TestApp, 'database'>,
  user: Owner,
  name: string,
): Promise<Pick<TagRow, 'id'>> {
  const name_norm = tagNameKey(name);
  const tag = { user_id: user.id, id: uuidv7(), name, name_norm, color: null };
  await database('tags')
    .insert({ ...tag, version: 1, created_at: AT, updated_at: AT })
    .onConflict(['user_id', 'name_norm'])
    .ignore();
  const stored = await database<TagRow>('tags').where({ user_id: user.id, name_norm }).first('id');
  return stored ?? tag;
}

export async function storeProject(
  { database }: Pick<TestApp, 'database'>,
  user: Owner,
  name = 'Home',
): Promise<ProjectRow> {
  const project: ProjectRow = {
    user_id: user.id,
    id: uuidv7(),
    name,
    description: null,
    color: null,
    archived: false,
    position: lastPosition(new Date()),
    version: 1,
    created_at: AT,
    updated_at: AT,
    deleted_at: null,
  };
  await database('projects').insert(project);
  return project;
}
