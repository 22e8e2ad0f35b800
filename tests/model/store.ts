/**
 * What the task store should do, as plain as it can be said: one user's tasks, projects and tags in memory. Shares
 * nothing with the server. What only the server can know (ids, times, places) is learned from its answers.
 */
import { DEFAULTS, isSame, keyOf, type Project, type Status, type Task, type TaskFields } from './records.ts';

/** What an operation answers: the status, and the task that it is about. */
export interface Outcome {
  readonly status: number;
  readonly task?: Task;
}

const REFUSED: Outcome = { status: 422 };
const UNKNOWN: Outcome = { status: 404 };

export class Store {
  readonly tasks = new Map<string, Task>();
  readonly projects = new Map<string, Project>();
  /** Key (the name in lower case) to name. */
  readonly tags = new Map<string, string>();
  /** Ids in the manual order. */
  order: string[] = [];
  #deletions = 0;

  /** The next request: what one request deletes is deleted together. */
  begin(): void {
    this.#deletions += 1;
  }

  copy(): Store {
    const copy = new Store();
    for (const [id, task] of this.tasks) copy.tasks.set(id, { ...task });
    for (const [id, project] of this.projects) copy.projects.set(id, { ...project });
    for (const [key, name] of this.tags) copy.tags.set(key, name);
    copy.order = [...this.order];
    copy.#deletions = this.#deletions;
    return copy;
  }

  create(id: string, fields: TaskFields & { title: string }): Outcome {
    const given = { ...DEFAULTS, ...fields };
    const project = this.#place(given.project_id, given.parent_id);
    if (project === undefined) return REFUSED;
    const task: Task = {
      ...given,
      id,
      project_id: project,
      tags: this.#tagged(given.tags),
      version: 1,
      deletion: null,
    };
    this.tasks.set(id, task);
    this.order.push(id);
    return { status: 201, task };
  }

  /** PATCH; PUT is one that names every field. */
  change(id: string, patch: TaskFields): Outcome {
    const task = this.#live(id);
    if (task === undefined) return UNKNOWN;
    const parent = patch.parent_id === undefined ? task.parent_id : patch.parent_id;
    if (parent === id) return REFUSED;
    if (parent !== null && parent !== task.parent_id && this.#children(id).length > 0) return REFUSED;
    // A subtask is where its parent is, unless somebody says otherwise.
    const asked =
      patch.project_id === undefined && parent !== task.parent_id && parent !== null
        ? null
        : patch.project_id;
    const wanted = asked === undefined ? task.project_id : asked;
    const isMoved = wanted !== task.project_id || parent !== task.parent_id;
    const project = isMoved ? this.#place(wanted, parent) : task.project_id;
    if (project === undefined) return REFUSED;
    const next: Task = {
      ...task,
      ...defined(patch),
      parent_id: parent,
      project_id: project,
      tags: patch.tags === undefined ? task.tags : this.#tagged(patch.tags),
    };
    if (isSame(task, next)) return { status: 200, task };
    if (next.project_id !== task.project_id) {
      for (const child of this.#children(id)) this.#touch(child, { project_id: next.project_id });
    }
    this.#touch(task, next);
    return { status: 200, task };
  }

  replace(id: string, fields: TaskFields & { title: string }): Outcome {
    return this.change(id, { ...DEFAULTS, ...fields });
  }

  complete(id: string): Outcome {
    return this.change(id, { status: 'completed' });
  }

  reopen(id: string): Outcome {
    const isClosed = ['completed', 'cancelled'].includes(this.#live(id)?.status ?? '');
    return this.change(id, isClosed ? { status: 'pending' } : {});
  }

  /** @param anchor null for the first place (after) or the last (before) */
  move(id: string, where: 'after' | 'before', anchor: string | null): Outcome {
    const task = this.#live(id);
    if (task === undefined) return UNKNOWN;
    if (anchor === id || (anchor !== null && this.#live(anchor) === undefined)) return REFUSED;
    // What is in the trash has a place, but nobody is promised which.
    const live = this.order.filter((other) => this.#live(other) !== undefined);
    const rest = live.filter((other) => other !== id);
    const isAfter = where === 'after';
    const end = isAfter ? 0 : rest.length;
    const place = anchor === null ? end : rest.indexOf(anchor) + (isAfter ? 1 : 0);
    const moved = [...rest.slice(0, place), id, ...rest.slice(place)];
    if (moved.some((other, index) => other !== live[index])) {
      this.#touch(task, {});
      this.order = [...moved, ...this.order.filter((other) => !live.includes(other))];
    }
    return { status: 200, task };
  }

  remove(id: string): Outcome {
    const task = this.#live(id);
    if (task === undefined) return UNKNOWN;
    const children = this.#children(id).filter(({ deletion }) => deletion === null);
    for (const one of [task, ...children]) this.#touch(one, { deletion: this.#deletions });
    return { status: 204 };
  }

  removeForGood(id: string): Outcome {
    const task = this.tasks.get(id);
    if (task === undefined) return UNKNOWN;
    if (task.deletion === null) return { status: 409 };
    for (const { id: gone } of [task, ...this.#children(id)]) {
      this.tasks.delete(gone);
      this.order = this.order.filter((other) => other !== gone);
    }
    return { status: 204 };
  }

  restore(id: string): Outcome {
    const task = this.tasks.get(id);
    if (task === undefined) return UNKNOWN;
    if (task.deletion === null) return { status: 200, task };
    const together = this.#children(id).filter(({ deletion }) => deletion === task.deletion);
    const hasParent = task.parent_id !== null && this.#live(task.parent_id) !== undefined;
    for (const one of [task, ...together]) this.#bringBack(one);
    // A subtask comes back to where its parent is by now.
    if (hasParent) task.project_id = this.tasks.get(task.parent_id ?? '')?.project_id ?? null;
    else task.parent_id = null;
    return { status: 200, task };
  }

  createProject(id: string, name: string): void {
    this.projects.set(id, { id, name, archived: false, version: 1, deletion: null });
  }

  archiveProject(id: string, archived: boolean): Outcome {
    const project = this.#liveProject(id);
    if (project === undefined) return UNKNOWN;
    if (project.archived !== archived) {
      project.archived = archived;
      project.version += 1;
    }
    return { status: 200 };
  }

  removeProject(id: string, tasks: 'keep' | 'delete'): Outcome {
    const project = this.#liveProject(id);
    if (project === undefined) return UNKNOWN;
    project.deletion = this.#deletions;
    project.version += 1;
    for (const task of this.tasks.values()) {
      if (task.project_id !== id || task.deletion !== null) continue;
      this.#touch(task, tasks === 'keep' ? { project_id: null } : { deletion: this.#deletions });
    }
    return { status: 204 };
  }

  restoreProject(id: string): Outcome {
    const project = this.projects.get(id);
    if (project === undefined) return UNKNOWN;
    if (project.deletion === null) return { status: 200 };
    const together = project.deletion;
    project.deletion = null;
    project.version += 1;
    for (const task of this.tasks.values()) {
      if (task.project_id === id && task.deletion === together) this.#bringBack(task);
    }
    return { status: 200 };
  }

  renameTag(key: string, name: string): Outcome {
    const next = keyOf(name);
    const before = this.tags.get(key);
    if (before === undefined) return UNKNOWN;
    if (next !== key && this.tags.has(next)) return { status: 409 };
    if (before === name) return { status: 200 };
    this.tags.delete(key);
    this.tags.set(next, name);
    for (const task of this.tasks.values()) {
      if (task.tags.has(key))
        this.#touch(task, { tags: new Set([...task.tags].map((one) => (one === key ? next : one))) });
    }
    return { status: 200 };
  }

  removeTag(key: string): Outcome {
    if (!this.tags.delete(key)) return UNKNOWN;
    for (const task of this.tasks.values()) {
      if (task.tags.has(key))
        this.#touch(task, { tags: new Set([...task.tags].filter((one) => one !== key)) });
    }
    return { status: 204 };
  }

  counts(projectId: string): { open: number; completed: number } {
    const own = [...this.tasks.values()].filter(
      (task) => task.project_id === projectId && task.deletion === null,
    );
    const having = (...statuses: Status[]): number =>
      own.filter(({ status }) => statuses.includes(status)).length;
    return { open: having('pending', 'in_progress'), completed: having('completed') };
  }

  /** The names of the tags of a task, by their keys. */
  tagNames(task: Task): string[] {
    return [...task.tags].sort().map((key) => this.tags.get(key) ?? key);
  }

  #live(id: string): Task | undefined {
    const task = this.tasks.get(id);
    return task?.deletion === null ? task : undefined;
  }

  #liveProject(id: string): Project | undefined {
    const project = this.projects.get(id);
    return project?.deletion === null ? project : undefined;
  }

  #children(id: string): Task[] {
    return [...this.tasks.values()].filter(({ parent_id }) => parent_id === id);
  }

  /** The project of a task that wants to be there. @returns undefined when it can't be */
  #place(projectId: string | null, parentId: string | null): string | null | undefined {
    if (projectId !== null && this.#liveProject(projectId) === undefined) return undefined;
    if (parentId === null) return projectId;
    const parent = this.#live(parentId);
    if (parent === undefined || parent.parent_id !== null) return undefined;
    return projectId === null || projectId === parent.project_id ? parent.project_id : undefined;
  }

  #tagged(names: readonly string[]): Set<string> {
    for (const name of names) if (!this.tags.has(keyOf(name))) this.tags.set(keyOf(name), name);
    return new Set(names.map(keyOf));
  }

  #bringBack(task: Task): void {
    const hasProject = task.project_id === null || this.#liveProject(task.project_id) !== undefined;
    this.#touch(task, { deletion: null, ...(hasProject ? {} : { project_id: null }) });
  }

  #touch(task: Task, changes: Partial<Task>): void {
    Object.assign(task, changes, { version: task.version + 1 });
  }
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
