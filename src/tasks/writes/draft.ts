import { v7 as uuidv7 } from 'uuid';
import type { NewEvent } from '../../db/events.ts';
import type { TagRow } from '../../db/tables.ts';
import { UnauthenticatedError } from '../../errors.ts';
import { lastPosition, positionBetween } from '../../ordering/positions.ts';
import { tagNameKey } from '../../tags/tag-names.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { canonicalId } from '../rules/ids.ts';
import { areSameTags, byKey, namesByKey } from '../rules/tag-sets.ts';
import { lexemesOf } from '../rules/words.ts';
import type { KnownTag, Loaded, TaskChanges, WrittenTask } from './changes.ts';
import { createdTag, taskEvent } from './events.ts';

export interface Occasion {
  readonly userId: string;
  readonly now: Date;
}

/**
 * A user's tasks while a request changes them: what was read, what becomes of it, and what that takes for granted. Nothing
 * is stored before `changes()` are written.
 */
export class TaskDraft {
  readonly userId: string;
  /** When all of it happens. */
  readonly at: string;
  readonly #now: Date;
  readonly #stored = new Map<string, TaggedTaskRow>();
  readonly #rows = new Map<string, TaggedTaskRow>();
  readonly #purged = new Set<string>();
  readonly #tags: Map<string, KnownTag>;
  readonly #newTags = new Map<string, TagRow>();
  readonly #projects: readonly string[] | undefined;
  readonly #timezone: string | undefined;
  readonly #used = {
    timezone: false,
    projects: new Set<string>(),
    tags: new Set<string>(),
    parents: new Set<string>(),
  };
  readonly #events: NewEvent[] = [];
  #lastPosition: string | undefined;

  constructor({ userId, now }: Occasion, { tasks, tags, projects, timezone }: Loaded) {
    this.userId = userId;
    this.at = now.toISOString();
    this.#now = now;
    this.#tags = new Map(tags.map((tag) => [tag.name_norm, tag]));
    this.#timezone = timezone;
    this.#projects = projects;
    for (const task of tasks) this.#stored.set(task.id, task);
    for (const task of tasks) this.#rows.set(task.id, task);
  }

  /** The task as it is by now, also in the trash. */
  find(id: string): TaggedTaskRow | undefined {
    return this.#rows.get(canonicalId(id));
  }

  /** Those of the ids that tasks have. */
  present(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#stored.has(id));
  }

  /** The task's subtasks as they are by now, also in the trash, by id. */
  subtasksOf(id: string): TaggedTaskRow[] {
    const parentId = canonicalId(id);
    return [...this.#rows.values()]
      .filter((task) => task.parent_id === parentId)
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Whether tasks can be put into the project, as far as anybody knows. */
  hasProject(id: string): boolean {
    const has = this.#projects === undefined || this.#projects.includes(id);
    if (has) this.#used.projects.add(id);
    return has;
  }

  /** The task can have subtasks only as long as it is what it is now. */
  useParent({ id }: TaggedTaskRow): void {
    this.#used.parents.add(id);
  }

  /** @throws UnauthenticatedError when the account is gone */
  timezone(): string {
    if (this.#timezone === undefined) throw new UnauthenticatedError('The account does not exist any more.');
    this.#used.timezone = true;
    return this.#timezone;
  }

  /** The names as the tags themselves are spelled, in their order. Tags that are not there yet come to be. */
  tagNames(names: readonly string[]): string[] {
    const named = [...namesByKey(names)].sort(([one], [other]) => byKey(one, other));
    return named.map(([key, name]) => {
      const tag = this.#tags.get(key) ?? this.#createTag(key, name);
      if (!this.#newTags.has(key)) this.#used.tags.add(key);
      return tag.name;
    });
  }

  /** A place at the end, after those that the draft has given already. */
  lastPosition(): string {
    this.#lastPosition =
      this.#lastPosition === undefined ? lastPosition(this.#now) : positionBetween(this.#lastPosition, null);
    return this.#lastPosition;
  }

  insert(task: TaggedTaskRow): TaggedTaskRow {
    this.#rows.set(task.id, task);
    this.#events.push(taskEvent('task.created', null, task, this.at));
    return task;
  }

  /** @returns the task with the changes, or as it is when they are none */
  update(task: TaggedTaskRow, changes: Partial<TaggedTaskRow>, type = 'task.updated'): TaggedTaskRow {
    const changed = { ...task, ...changes, version: task.version + 1, updated_at: this.at };
    const event = taskEvent(type, task, changed, this.at);
    if (event.changed.length === 0) return task;
    this.#rows.set(task.id, changed);
    this.#events.push(event);
    return changed;
  }

  purge(task: TaggedTaskRow): void {
    this.#rows.delete(task.id);
    this.#purged.add(task.id);
    this.#events.push(taskEvent('task.purged', task, null, this.at));
  }

  /** What the task was created from in this draft. */
  creationOf(id: string): object | undefined {
    return this.#events.findLast(({ type, resource_id }) => type === 'task.created' && resource_id === id)
      ?.after;
  }

  /** What is to be written, or undefined when nothing has changed. */
  changes(): TaskChanges | undefined {
    if (this.#events.length === 0) return undefined;
    const rows = [...this.#rows.values()].filter((row) => row !== this.#stored.get(row.id));
    const isNew = ({ id }: TaggedTaskRow): boolean => !this.#stored.has(id);
    return {
      userId: this.userId,
      assumptions: {
        timezone: this.#used.timezone ? this.#timezone : undefined,
        projects: [...this.#used.projects],
        tags: [...this.#used.tags].flatMap((key) => this.#tags.get(key) ?? []),
        // A parent that changes as well is held to its version.
        parents: [...this.#used.parents].flatMap((id) => {
          const stored = this.#stored.get(id);
          return stored !== undefined && stored === this.#rows.get(id) ? stored : [];
        }),
      },
      newTags: [...this.#newTags.values()],
      inserted: rows.filter(isNew).map((row) => this.#written(row)),
      updated: rows.filter((row) => !isNew(row)).map((row) => this.#written(row)),
      purged: [...this.#purged].flatMap((id) => this.#stored.get(id) ?? []),
      tagged: rows
        .filter(({ id, tags }) => !areSameTags(tags, this.#stored.get(id)?.tags ?? []))
        .map(({ id, tags }) => ({ taskId: id, tagIds: tags.map((name) => this.#tag(name).id) })),
      events: this.#events,
    };
  }

  #written(row: TaggedTaskRow): WrittenTask {
    const stored = this.#stored.get(row.id);
    const isFoundAlike = stored?.title === row.title && stored.description === row.description;
    const text = `${row.title} ${row.description ?? ''}`;
    return { row, from: stored?.version, lexemes: isFoundAlike ? null : lexemesOf(this.userId, text) };
  }

  #tag(name: string): KnownTag {
    const tag = this.#tags.get(tagNameKey(name));
    if (tag === undefined) throw new Error('A task got a tag that nobody has read');
    return tag;
  }

  #createTag(key: string, name: string): KnownTag {
    const { userId, at } = this;
    const tag: TagRow = {
      user_id: userId,
      id: uuidv7(),
      name,
      name_norm: key,
      color: null,
      version: 1,
      created_at: at,
      updated_at: at,
    };
    this.#tags.set(key, tag);
    this.#newTags.set(key, tag);
    this.#events.push(createdTag(tag));
    return tag;
  }
}
