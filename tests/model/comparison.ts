import { expect } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { expectedList, type ListQuery } from './lists.ts';
import type { Task } from './records.ts';
import { MOST, type Send } from './requests.ts';
import type { Store } from './store.ts';

type ApiTask = Schemas['Task'];

/** Holds what the API shows to one user against what the model holds. */
export class Comparison {
  readonly #send: Send;
  readonly #store: Store;
  /** The tasks as the API last showed them, in their manual order. */
  #shown: readonly ApiTask[] = [];

  constructor(send: Send, store: Store) {
    this.#send = send;
    this.#store = store;
  }

  /** Every task, field by field, and their order. */
  async tasks(): Promise<void> {
    const before = this.#shown.map(({ id }) => id);
    const { body } = await this.#send('GET', `/tasks?deleted=include&sort=position&size=${MOST}`);
    this.#shown = body.items;
    const shown = this.#shown.map(
      ({ id, description, title, status, priority, project_id, parent_id, ...task }) => ({
        ...{ id, title, description, status, priority, project_id, parent_id },
        due: task.due,
        tags: task.tags,
        version: task.version,
        isDeleted: task.deleted_at !== null,
        isCompleted: task.completed_at !== null,
        isOverdue: task.is_overdue,
      }),
    );
    const expected = [...this.#store.tasks.values()].map((task) => this.#view(task));
    const byId = (one: { id: string }, other: { id: string }): number => one.id.localeCompare(other.id);
    expect(shown.toSorted(byId)).toEqual(expected.toSorted(byId));
    this.#compareOrder(before);
  }

  /** A list that is filtered and sorted, by page and by cursor. */
  async list(query: ListQuery, size: number): Promise<void> {
    const expected = expectedList(this.#shown, query);
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      const values = name === 'sort' ? [value.join(',')] : [value].flat();
      for (const one of values) search.append(name, one);
    }
    const byPage: string[] = [];
    const byCursor: string[] = [];
    for (let page = 1; page <= Math.max(1, Math.ceil(expected.length / size)); page += 1) {
      const { status, body } = await this.#send('GET', `/tasks?${search}&size=${size}&page=${page}`);
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body.total).toBe(expected.length);
      byPage.push(...body.items.map(({ id }: ApiTask) => id));
    }
    let cursor: string | null = '';
    while (cursor !== null) {
      const place: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await this.#send('GET', `/tasks?${search}&size=${size}${place}`);
      byCursor.push(...body.items.map(({ id }: ApiTask) => id));
      cursor = body.next_cursor;
    }
    expect(byPage).toEqual(expected);
    expect(byCursor).toEqual(expected);
  }

  async projects(): Promise<void> {
    const { body } = await this.#send('GET', `/projects?deleted=include&size=${MOST}`);
    const shown = body.items.map(
      ({ id, name, archived, version, deleted_at, task_counts }: Schemas['Project']) => [
        id,
        { name, archived, version, deleted: deleted_at !== null, task_counts },
      ],
    );
    const expected = [...this.#store.projects.values()].map(({ id, name, archived, version, deletion }) => [
      id,
      { name, archived, version, deleted: deletion !== null, task_counts: this.#store.counts(id) },
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
  }

  async tags(): Promise<void> {
    const { body } = await this.#send('GET', `/tags?size=${MOST}`);
    const shown = body.items.map(({ name, task_count }: Schemas['Tag']) => [name, task_count]);
    const live = [...this.#store.tasks.values()].filter(({ deletion }) => deletion === null);
    const expected = [...this.#store.tags].map(([key, name]) => [
      name,
      live.filter((task) => task.tags.has(key)).length,
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
  }

  /** Tasks of one millisecond may come in any order; once that is seen it stays. */
  #compareOrder(before: readonly string[]): void {
    const shown = this.#shown.map(({ id }) => id);
    const known = new Set(before);
    const stays = (id: string): boolean => known.has(id) && this.#store.tasks.get(id)?.deletion === null;
    expect(shown.filter(stays)).toEqual(this.#store.order.filter(stays));
    this.#store.order = shown;
  }

  #view(task: Task): { readonly id: string; readonly [field: string]: unknown } {
    const { id, title, description, status, priority, project_id, parent_id, due, version } = task;
    const isOpen = status === 'pending' || status === 'in_progress';
    return {
      ...{ id, title, description, status, priority, project_id, parent_id, due },
      tags: this.#store.tagNames(task),
      version,
      isDeleted: task.deletion !== null,
      isCompleted: status === 'completed',
      isOverdue: isOpen && due !== null && due.date < '2026',
    };
  }
}
