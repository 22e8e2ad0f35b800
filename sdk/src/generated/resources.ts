/** Generated from openapi.yaml by scripts/generate.ts. Do not edit. */
import {
  AuthApi,
  HealthApi,
  MeApi,
  TasksApi,
  type TasksApiListTasksRequest,
} from '../../../generated/client/apis/index.js';
import type {
  Health,
  LoginCredentials,
  ProbeResult,
  RefreshRequest,
  Task,
  TaskCreate,
  TaskList,
  TaskReplace,
  TaskUpdate,
  TokenSet,
  User,
  UserRegister,
  UserUpdate,
} from '../../../generated/client/models/index.js';
import { type Caller, call, callList } from '../call.ts';
import type { CallOptions, IfMatch, IfNoneMatch } from '../options.ts';
import type { ApiPromise, ListPromise } from '../results.ts';

/** What `tasks.list` can be asked for. */
export interface TasksListQuery {
  /** Only tasks with one of these statuses. Repeat the parameter for several. */
  status?: TasksApiListTasksRequest['status'];
  /** Only tasks with one of these priorities. Repeat the parameter for several. */
  priority?: TasksApiListTasksRequest['priority'];
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: TasksApiListTasksRequest['page'];
  /**
   * The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with
   * `page`.
   */
  cursor?: TasksApiListTasksRequest['cursor'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: TasksApiListTasksRequest['size'];
}

/** What load balancers and people on call ask first. */
export class HealthResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Overall health: `GET /health`.
   *
   * For people and dashboards. Says which version runs and whether the database answers.
   */
  get(options?: CallOptions): ApiPromise<Health> {
    return call(this.#caller, HealthApi, 'getHealth', {}, options);
  }

  /**
   * Liveness: `GET /health/live`.
   *
   * Answers as long as the process can answer at all. Restart the process when it does not.
   */
  live(options?: CallOptions): ApiPromise<ProbeResult> {
    return call(this.#caller, HealthApi, 'getLiveness', {}, options);
  }

  /**
   * Readiness: `GET /health/ready`.
   *
   * Answers 200 when requests may be sent here. Answers 503 while the database is away and from the
   * moment on that the server has been told to stop.
   */
  ready(options?: CallOptions): ApiPromise<ProbeResult> {
    return call(this.#caller, HealthApi, 'getReadiness', {}, options);
  }
}

/** The caller's tasks. Nobody else's can be seen, counted or guessed. */
export class TasksResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List tasks: `GET /api/v1/tasks` (needs `tasks:read`).
   *
   * The caller's tasks, newest first. With `page` (or neither `page` nor `cursor`) the answer counts
   * everything; with `cursor` it goes on from where another answer's `next_cursor` points, at the same
   * cost for any depth. A cursor works for the filters it was made with.
   *
   * @param query What to look for, and how much of it.
   */
  list(query: TasksListQuery = {}, options?: CallOptions): ListPromise<Task, TaskList> {
    return callList(this.#caller, TasksApi, 'listTasks', { ...query }, options);
  }

  /**
   * Create a task: `POST /api/v1/tasks` (needs `tasks:write`).
   *
   * Only the title is required. A task that is created as completed gets `completed_at` at once.
   *
   * @param body What a new task is made of.
   */
  create(body: TaskCreate, options?: CallOptions): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'createTask', { taskCreate: body }, options);
  }

  /**
   * Read a task: `GET /api/v1/tasks/{task_id}` (needs `tasks:read`).
   *
   * A task that belongs to somebody else is answered exactly like one that does not exist.
   *
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  get(taskId: string, options?: CallOptions & IfNoneMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'getTask', { taskId }, options);
  }

  /**
   * Replace a task: `PUT /api/v1/tasks/{task_id}` (needs `tasks:write`).
   *
   * Writes every field; one that is left out goes back to its default. Prefer PATCH unless the whole
   * task is meant.
   *
   * @param taskId Id of the task.
   * @param body Every field of a task that can be written; one that is left out goes back to its
   * default.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  replace(taskId: string, body: TaskReplace, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'replaceTask', { taskId, taskReplace: body }, options);
  }

  /**
   * Change a task: `PATCH /api/v1/tasks/{task_id}` (needs `tasks:write`).
   *
   * JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it. A patch that
   * changes nothing leaves `updated_at` and the ETag alone.
   *
   * @param taskId Id of the task.
   * @param patch Merge patch of a task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(taskId: string, patch: TaskUpdate, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'updateTask', { taskId, taskUpdate: patch }, options);
  }

  /**
   * Delete a task: `DELETE /api/v1/tasks/{task_id}` (needs `tasks:write`).
   *
   * The task leaves every list and answers 404 from now on.
   *
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(taskId: string, options?: CallOptions & IfMatch): ApiPromise<void> {
    return call(this.#caller, TasksApi, 'deleteTask', { taskId }, options);
  }
}

/** The account of the caller. */
export class MeResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Read the caller's account: `GET /api/v1/me` (needs `profile:read`).
   *
   * The account that the access token belongs to.
   */
  get(options?: CallOptions & IfNoneMatch<User>): ApiPromise<User> {
    return call(this.#caller, MeApi, 'getMe', {}, options);
  }

  /**
   * Change the caller's account: `PATCH /api/v1/me` (needs `profile:write`).
   *
   * JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it.
   *
   * @param patch Merge patch of an account.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(patch: UserUpdate, options?: CallOptions & IfMatch<User>): ApiPromise<User> {
    return call(this.#caller, MeApi, 'updateMe', { userUpdate: patch }, options);
  }
}

/** Create an account, log in, keep a session alive and end it. */
export class AuthResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Create an account: `POST /api/v1/auth/register`.
   *
   * Creates a user and a first session, so that the caller is logged in at once.
   *
   * @param body What a new account is made of.
   * @throws ConflictError: There is an account with this e-mail address already.
   */
  register(body: UserRegister, options?: CallOptions): ApiPromise<TokenSet> {
    return call(this.#caller, AuthApi, 'registerUser', { userRegister: body }, options);
  }

  /**
   * Log in: `POST /api/v1/auth/login`.
   *
   * Opens a session. Takes JSON, or the form of the OAuth 2.0 password grant (RFC 6749 section 4.3),
   * which is what the docs page and other OAuth clients send. An unknown address and a wrong password
   * get the same answer.
   *
   * @param body Credentials as JSON.
   */
  login(body: LoginCredentials, options?: CallOptions): ApiPromise<TokenSet> {
    return call(this.#caller, AuthApi, 'login', { loginCredentials: body }, options);
  }

  /**
   * Exchange a refresh token: `POST /api/v1/auth/refresh`.
   *
   * Answers a new access token and a new refresh token. A refresh token works once. If the answer got
   * lost, the same token may be sent again for a few seconds and gets the same successor; later, or once
   * the successor has been used, using it again is taken for theft and ends the session.
   *
   * @param body The refresh token of a session.
   */
  refresh(body: RefreshRequest, options?: CallOptions): ApiPromise<TokenSet> {
    return call(this.#caller, AuthApi, 'refreshSession', { refreshRequest: body }, options);
  }

  /**
   * End a session: `POST /api/v1/auth/logout`.
   *
   * Ends the session that the refresh token belongs to: its refresh token stops working at once, its
   * access tokens at once on this server and within ten seconds on others. A token that is unknown or
   * already ended is answered alike (RFC 7009 section 2.2).
   *
   * @param body The refresh token of a session.
   */
  logout(body: RefreshRequest, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AuthApi, 'logout', { refreshRequest: body }, options);
  }
}

/** Every operation of the contract, by resource. */
export class Resources {
  readonly auth: AuthResource;
  readonly me: MeResource;
  readonly tasks: TasksResource;
  readonly health: HealthResource;

  constructor(caller: Caller) {
    this.auth = new AuthResource(caller);
    this.me = new MeResource(caller);
    this.tasks = new TasksResource(caller);
    this.health = new HealthResource(caller);
  }
}
