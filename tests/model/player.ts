import { expect } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import type { RawClient } from '../setup/http.ts';
import type { TestUser } from '../setup/test-app.ts';
import { Comparison } from './comparison.ts';
import type { ListQuery } from './lists.ts';
import { keyOf, type TaskFields } from './records.ts';
import { MOST, type Reply, type Send, sendAs } from './requests.ts';
import type { Change, Fields, Step } from './steps.ts';
import { type Outcome, Store } from './store.ts';

type ApiTask = Schemas['Task'];

/** Something that was never there. */
const NOBODY = '01890000-0000-7000-8000-000000000000';

/** Does one user's steps by the API and in the model, and holds what the one says against the other. */
export class Player {
  readonly store = new Store();
  /** Ids in the order of creation, for the numbers of steps; also of what is gone. */
  readonly tasks: string[] = [];
  readonly projects: string[] = [];
  readonly #send: Send;
  readonly #comparison: Comparison;

  constructor(client: RawClient, user: TestUser) {
    this.#send = sendAs(client, user);
    this.#comparison = new Comparison(this.#send, this.store);
  }

  async play(step: Step, other: Player): Promise<void> {
    this.store.begin();
    switch (step.kind) {
      case 'create':
      case 'update':
      case 'complete':
      case 'delete':
        await this.#change(step);
        break;
      case 'replace':
        await this.#replace(step);
        break;
      case 'reopen':
      case 'restore': {
        const id = this.#task(step.task);
        this.#agree(await this.#send('POST', `/tasks/${id}/${step.kind}`), this.store[step.kind](id));
        break;
      }
      case 'purge': {
        const id = this.#task(step.task);
        this.#agree(await this.#send('DELETE', `/tasks/${id}?permanent=true`), this.store.removeForGood(id));
        break;
      }
      case 'move': {
        const [id, anchor] = [this.#task(step.task), this.#optional(step.anchor, this.tasks)];
        const reply = await this.#send('POST', `/tasks/${id}/move`, { [step.where]: anchor });
        const { status } = this.store.move(id, step.where, anchor);
        expect(reply.status).toBe(status);
        break;
      }
      case 'createProject': {
        const { status, body } = await this.#send('POST', '/projects', { name: step.name });
        expect(status).toBe(201);
        this.store.createProject(body.id, step.name);
        this.projects.push(body.id);
        break;
      }
      case 'archiveProject': {
        const id = this.#project(step.project);
        const reply = await this.#send('PATCH', `/projects/${id}`, { archived: step.archived });
        this.#agree(reply, this.store.archiveProject(id, step.archived));
        break;
      }
      case 'deleteProject': {
        const id = this.#project(step.project);
        const reply = await this.#send('DELETE', `/projects/${id}?tasks=${step.tasks}`);
        this.#agree(reply, this.store.removeProject(id, step.tasks));
        break;
      }
      case 'restoreProject': {
        const id = this.#project(step.project);
        this.#agree(await this.#send('POST', `/projects/${id}/restore`), this.store.restoreProject(id));
        break;
      }
      case 'renameTag': {
        const id = await this.#tag(step.tag);
        const reply = await this.#send('PATCH', `/tags/${id}`, { name: step.name });
        this.#agree(reply, this.store.renameTag(keyOf(step.tag), step.name));
        break;
      }
      case 'deleteTag': {
        const id = await this.#tag(step.tag);
        this.#agree(await this.#send('DELETE', `/tags/${id}`), this.store.removeTag(keyOf(step.tag)));
        break;
      }
      case 'batch':
        await this.#batch(step.changes, step.atomic);
        break;
      case 'intrude':
        await this.#intrude(step.how, other.#task(step.task));
        break;
      case 'list':
        await this.#comparison.list(this.#query(step.query), step.size);
        break;
    }
    await this.#comparison.tasks();
  }

  /** What is not checked after every step. */
  async finish(): Promise<void> {
    await this.#comparison.projects();
    await this.#comparison.tags();
  }

  async #change(change: Change): Promise<void> {
    if (change.kind === 'create') {
      const fields = this.#fields(change.fields) as TaskFields & { title: string };
      const reply = await this.#send('POST', '/tasks', fields);
      this.#created(reply.status, reply.body, fields);
      return;
    }
    const id = this.#task(change.task);
    const reply =
      change.kind === 'update'
        ? await this.#send('PATCH', `/tasks/${id}`, this.#fields(change.fields))
        : change.kind === 'complete'
          ? await this.#send('POST', `/tasks/${id}/complete`)
          : await this.#send('DELETE', `/tasks/${id}`);
    this.#agree(reply, this.#apply(this.store, change, id));
  }

  async #replace({ task, fields }: Extract<Step, { kind: 'replace' }>): Promise<void> {
    const id = this.#task(task);
    const body = this.#fields(fields) as TaskFields & { title: string };
    this.#agree(await this.#send('PUT', `/tasks/${id}`, body), this.store.replace(id, body));
  }

  #created(status: number, body: ApiTask, fields: TaskFields & { title: string }): void {
    const outcome = this.store.copy().create('new', fields);
    expect(status, JSON.stringify(body)).toBe(outcome.status);
    if (status !== 201) return;
    this.store.create(body.id, fields);
    this.tasks.push(body.id);
  }

  async #batch(changes: readonly Change[], atomic: boolean): Promise<void> {
    const operations = changes.map((change) => {
      if (change.kind === 'create') return { op: 'create', task: this.#fields(change.fields) };
      const id = this.#task(change.task);
      return change.kind === 'update'
        ? { op: 'update', id, patch: this.#fields(change.fields) }
        : { op: change.kind, id };
    });
    // On a copy first: what does not happen at all must leave no trace in the model either.
    const trial = this.store.copy();
    const expected: number[] = [];
    for (const [index, change] of changes.entries()) {
      const id = change.kind === 'create' ? `new ${index}` : this.#task(change.task);
      expected.push(this.#apply(trial, change, id).status);
      if (atomic && (expected.at(-1) ?? 0) >= 400) break;
    }
    const { status, body } = await this.#send('POST', '/tasks/batch', { atomic, operations });
    const last = expected.at(-1) ?? 0;
    if (atomic && last >= 400) {
      expect(status, JSON.stringify(body)).toBe(last);
      return;
    }
    expect(status, JSON.stringify(body)).toBe(200);
    const { results } = body as Schemas['TaskBatchResult'];
    expect(results.map((result) => result.status)).toEqual(expected);
    for (const [index, change] of changes.entries()) {
      const made = results[index]?.task?.id;
      if (change.kind !== 'create') this.#apply(this.store, change, this.#task(change.task));
      else if (made !== undefined) this.#apply(this.store, change, made);
    }
    this.tasks.push(...results.flatMap(({ status: own, task }) => (own === 201 && task ? [task.id] : [])));
  }

  #apply(store: Store, change: Change, id: string): Outcome {
    switch (change.kind) {
      case 'create':
        return store.create(id, this.#fields(change.fields) as TaskFields & { title: string });
      case 'update':
        return store.change(id, this.#fields(change.fields));
      case 'complete':
        return store.complete(id);
      case 'delete':
        return store.remove(id);
    }
  }

  /** What belongs to the other user is not there, whatever is tried. */
  async #intrude(how: string, id: string): Promise<void> {
    const attempts: Record<string, () => Promise<Reply>> = {
      read: () => this.#send('GET', `/tasks/${id}`),
      update: () => this.#send('PATCH', `/tasks/${id}`, { title: 'Mine now' }),
      delete: () => this.#send('DELETE', `/tasks/${id}`),
      complete: () => this.#send('POST', `/tasks/${id}/complete`),
      restore: () => this.#send('POST', `/tasks/${id}/restore`),
      history: () => this.#send('GET', `/tasks/${id}/history`),
      adopt: () => this.#send('POST', '/tasks', { title: 'A child of theirs', parent_id: id }),
    };
    const reply = await attempts[how]?.();
    expect(reply?.status).toBe(how === 'adopt' ? 422 : 404);
  }

  #agree(reply: Reply, outcome: Outcome): void {
    expect(reply.status, JSON.stringify(reply.body)).toBe(outcome.status);
    if (outcome.task !== undefined) expect(reply.body).toMatchObject({ version: outcome.task.version });
  }

  #fields({ project, parent, ...fields }: Fields): TaskFields {
    return {
      ...fields,
      ...(project === undefined ? {} : { project_id: this.#optional(project, this.projects) }),
      ...(parent === undefined ? {} : { parent_id: this.#optional(parent, this.tasks) }),
    };
  }

  #query({ project, parent, ...rest }: Extract<Step, { kind: 'list' }>['query']): ListQuery {
    const named = (name: string, place: number | null | undefined, ids: readonly string[]): object =>
      place === undefined ? {} : { [name]: this.#optional(place, ids) ?? 'none' };
    return {
      ...rest,
      ...named('project_id', project, this.projects),
      ...named('parent_id', parent, this.tasks),
    };
  }

  #task(number: number): string {
    return this.tasks[number % (this.tasks.length + 1)] ?? NOBODY;
  }

  #project(number: number): string {
    return this.projects[number % (this.projects.length + 1)] ?? NOBODY;
  }

  #optional(number: number | null, ids: readonly string[]): string | null {
    return number === null ? null : (ids[number % (ids.length + 1)] ?? NOBODY);
  }

  async #tag(name: string): Promise<string> {
    const { body } = await this.#send('GET', `/tags?size=${MOST}`);
    const tag = body.items.find((one: Schemas['Tag']) => keyOf(one.name) === keyOf(name));
    return tag?.id ?? NOBODY;
  }
}
