/** Generated from openapi.yaml by scripts/generate.ts. Do not edit. */
import {
  AdminApi,
  type AdminApiAdminListUsersRequest,
  AuthApi,
  HealthApi,
  MeApi,
  ProjectsApi,
  type ProjectsApiDeleteProjectRequest,
  type ProjectsApiListProjectsRequest,
  TagsApi,
  type TagsApiListTagsRequest,
  TasksApi,
  type TasksApiDeleteTaskRequest,
  type TasksApiDeleteUserTaskRequest,
  type TasksApiGetTaskStatsRequest,
  type TasksApiListTaskHistoryRequest,
  type TasksApiListTasksRequest,
  type TasksApiListUserTasksRequest,
} from '../../../generated/client/apis/index.js';
import type {
  AccessTokenCreate,
  AccessTokenList,
  AdminStats,
  AdminUserCreate,
  AdminUserUpdate,
  CreatedAccessToken,
  DataExport,
  EmailChange,
  EmailRequest,
  EmailVerification,
  Event,
  EventList,
  Health,
  LoginCredentials,
  PasswordChange,
  PasswordReset,
  ProbeResult,
  Project,
  ProjectCreate,
  ProjectList,
  ProjectReplace,
  ProjectUpdate,
  RefreshRequest,
  SessionList,
  Tag,
  TagCreate,
  TagList,
  TagUpdate,
  Task,
  TaskBatch,
  TaskBatchResult,
  TaskCreate,
  TaskList,
  TaskMove,
  TaskReplace,
  TaskStats,
  TaskUpdate,
  TokenSet,
  User,
  UserList,
  UserRegister,
  UserUpdate,
} from '../../../generated/client/models/index.js';
import { type Caller, call, callList } from '../call.ts';
import type { CallOptions, IdempotencyKey, IfMatch, IfNoneMatch } from '../options.ts';
import type { ApiPromise, ListPromise } from '../results.ts';

/** What `tasks.list` can be asked for. */
export interface TasksListQuery {
  /** Only tasks with one of these statuses. Repeat the parameter for several. */
  status?: TasksApiListTasksRequest['status'];
  /** Only tasks with one of these priorities. Repeat the parameter for several. */
  priority?: TasksApiListTasksRequest['priority'];
  /** Only tasks of this project; `none` for those without one. */
  project_id?: TasksApiListTasksRequest['projectId'];
  /** Only subtasks of this task; `none` for tasks that are no subtasks. */
  parent_id?: TasksApiListTasksRequest['parentId'];
  /** Only tasks with these tags, by name, whatever the case. Repeat the parameter for several. */
  tag?: TasksApiListTasksRequest['tag'];
  /** Whether one of the tags is enough or all are wanted. */
  tag_match?: TasksApiListTasksRequest['tagMatch'];
  /**
   * Only tasks without a due date, open tasks that are overdue, or tasks that are due today in the
   * user's time zone.
   */
  due?: TasksApiListTasksRequest['due'];
  /** Only tasks whose `due_at` is then or later. */
  due_from?: TasksApiListTasksRequest['dueFrom'];
  /** Only tasks whose `due_at` is before then. */
  due_to?: TasksApiListTasksRequest['dueTo'];
  /**
   * Only tasks in whose title or description all these words occur; the last one may be the beginning of
   * a word. Case and accents do not matter.
   */
  q?: TasksApiListTasksRequest['q'];
  /** Only tasks that were created then or later. */
  created_from?: TasksApiListTasksRequest['createdFrom'];
  /** Only tasks that were created before then. */
  created_to?: TasksApiListTasksRequest['createdTo'];
  /**
   * Only tasks that have changed since, that instant included. With `deleted=include` this is what a
   * copy needs to catch up.
   */
  updated_since?: TasksApiListTasksRequest['updatedSince'];
  /** Whether what is in the trash is left out, asked for alone, or among the rest. */
  deleted?: TasksApiListTasksRequest['deleted'];
  /**
   * What to sort by, the most important first; a minus sign turns the order round. Tasks without the
   * value come last either way.
   */
  sort?: TasksApiListTasksRequest['sort'];
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

/** What `tasks.stats` can be asked for. */
export interface TasksStatsQuery {
  /** How many days to look back, today included. */
  days?: TasksApiGetTaskStatsRequest['days'];
}

/** What `tasks.delete` can be asked for. */
export interface TasksDeleteQuery {
  /** Deletes a task for good that is in the trash, and its subtasks; one that is not there is a 409. */
  permanent?: TasksApiDeleteTaskRequest['permanent'];
}

/** What `tasks.history` can be asked for. */
export interface TasksHistoryQuery {
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: TasksApiListTaskHistoryRequest['page'];
  /**
   * The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with
   * `page`.
   */
  cursor?: TasksApiListTaskHistoryRequest['cursor'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: TasksApiListTaskHistoryRequest['size'];
}

/** What `users.tasks.list` can be asked for. */
export interface UsersTasksListQuery {
  /** Only tasks with one of these statuses. Repeat the parameter for several. */
  status?: TasksApiListUserTasksRequest['status'];
  /** Only tasks with one of these priorities. Repeat the parameter for several. */
  priority?: TasksApiListUserTasksRequest['priority'];
  /** Only tasks of this project; `none` for those without one. */
  project_id?: TasksApiListUserTasksRequest['projectId'];
  /** Only subtasks of this task; `none` for tasks that are no subtasks. */
  parent_id?: TasksApiListUserTasksRequest['parentId'];
  /** Only tasks with these tags, by name, whatever the case. Repeat the parameter for several. */
  tag?: TasksApiListUserTasksRequest['tag'];
  /** Whether one of the tags is enough or all are wanted. */
  tag_match?: TasksApiListUserTasksRequest['tagMatch'];
  /**
   * Only tasks without a due date, open tasks that are overdue, or tasks that are due today in the
   * user's time zone.
   */
  due?: TasksApiListUserTasksRequest['due'];
  /** Only tasks whose `due_at` is then or later. */
  due_from?: TasksApiListUserTasksRequest['dueFrom'];
  /** Only tasks whose `due_at` is before then. */
  due_to?: TasksApiListUserTasksRequest['dueTo'];
  /**
   * Only tasks in whose title or description all these words occur; the last one may be the beginning of
   * a word. Case and accents do not matter.
   */
  q?: TasksApiListUserTasksRequest['q'];
  /** Only tasks that were created then or later. */
  created_from?: TasksApiListUserTasksRequest['createdFrom'];
  /** Only tasks that were created before then. */
  created_to?: TasksApiListUserTasksRequest['createdTo'];
  /**
   * Only tasks that have changed since, that instant included. With `deleted=include` this is what a
   * copy needs to catch up.
   */
  updated_since?: TasksApiListUserTasksRequest['updatedSince'];
  /** Whether what is in the trash is left out, asked for alone, or among the rest. */
  deleted?: TasksApiListUserTasksRequest['deleted'];
  /**
   * What to sort by, the most important first; a minus sign turns the order round. Tasks without the
   * value come last either way.
   */
  sort?: TasksApiListUserTasksRequest['sort'];
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: TasksApiListUserTasksRequest['page'];
  /**
   * The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with
   * `page`.
   */
  cursor?: TasksApiListUserTasksRequest['cursor'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: TasksApiListUserTasksRequest['size'];
}

/** What `users.tasks.delete` can be asked for. */
export interface UsersTasksDeleteQuery {
  /** Deletes a task for good that is in the trash, and its subtasks; one that is not there is a 409. */
  permanent?: TasksApiDeleteUserTaskRequest['permanent'];
}

/** What `projects.list` can be asked for. */
export interface ProjectsListQuery {
  /** Only projects that are archived, or only those that are not. */
  archived?: ProjectsApiListProjectsRequest['archived'];
  /** Whether what is in the trash is left out, asked for alone, or among the rest. */
  deleted?: ProjectsApiListProjectsRequest['deleted'];
  /** What to sort by, the most important first; a minus sign turns the order round. */
  sort?: ProjectsApiListProjectsRequest['sort'];
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: ProjectsApiListProjectsRequest['page'];
  /**
   * The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with
   * `page`.
   */
  cursor?: ProjectsApiListProjectsRequest['cursor'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: ProjectsApiListProjectsRequest['size'];
}

/** What `projects.delete` can be asked for. */
export interface ProjectsDeleteQuery {
  /** Whether the tasks stay, without a project, or go into the trash as well. */
  tasks?: ProjectsApiDeleteProjectRequest['tasks'];
}

/** What `tags.list` can be asked for. */
export interface TagsListQuery {
  /** Only tags whose name contains this, whatever the case. */
  q?: TagsApiListTagsRequest['q'];
  /** What to sort by, the most important first; a minus sign turns the order round. */
  sort?: TagsApiListTagsRequest['sort'];
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: TagsApiListTagsRequest['page'];
  /**
   * The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with
   * `page`.
   */
  cursor?: TagsApiListTagsRequest['cursor'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: TagsApiListTagsRequest['size'];
}

/** What `admin.users.list` can be asked for. */
export interface AdminUsersListQuery {
  /** Only accounts whose address or name contains this, whatever the case. */
  q?: AdminApiAdminListUsersRequest['q'];
  /** Only accounts with this role. */
  role?: AdminApiAdminListUsersRequest['role'];
  /** Only accounts that are disabled, or only those that are not. */
  disabled?: AdminApiAdminListUsersRequest['disabled'];
  /** What to sort by, the most important first; a minus sign turns the order round. */
  sort?: AdminApiAdminListUsersRequest['sort'];
  /** Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`. */
  page?: AdminApiAdminListUsersRequest['page'];
  /** How many items a page holds at most. A value out of range is refused, not clamped. */
  size?: AdminApiAdminListUsersRequest['size'];
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

/** Accounts, for those with the role admin. Nothing that users write can be read here. */
export class AdminStatsResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Count accounts and sessions: `GET /api/v1/admin/stats` (needs `users:read`).
   *
   * Numbers for a dashboard, and nothing of what users write.
   */
  get(options?: CallOptions): ApiPromise<AdminStats> {
    return call(this.#caller, AdminApi, 'adminGetStats', {}, options);
  }
}

/** Accounts, for those with the role admin. Nothing that users write can be read here. */
export class AdminUsersResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List accounts: `GET /api/v1/admin/users` (needs `users:read`).
   *
   * All accounts, newest first unless `sort` says otherwise.
   *
   * @param query What to look for, and how much of it.
   */
  list(query: AdminUsersListQuery = {}, options?: CallOptions): ListPromise<User, UserList> {
    return callList(this.#caller, AdminApi, 'adminListUsers', { ...query }, options);
  }

  /**
   * Create an account: `POST /api/v1/admin/users` (needs `users:write`).
   *
   * Without a password the user gets a mail with a link to choose one.
   *
   * @param body What an admin makes an account of.
   * @throws ConflictError: There is an account with this e-mail address already.
   */
  create(body: AdminUserCreate, options?: CallOptions): ApiPromise<User> {
    return call(this.#caller, AdminApi, 'adminCreateUser', { adminUserCreate: body }, options);
  }

  /**
   * Read an account: `GET /api/v1/admin/users/{user_id}` (needs `users:read`).
   *
   * The account, and nothing of what belongs to it.
   *
   * @param userId Id of the account.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  get(userId: string, options?: CallOptions & IfNoneMatch<User>): ApiPromise<User> {
    return call(this.#caller, AdminApi, 'adminGetUser', { userId }, options);
  }

  /**
   * Change an account: `PATCH /api/v1/admin/users/{user_id}` (needs `users:write`).
   *
   * JSON merge patch (RFC 7396). Disabling an account and changing its role end its sessions. The last
   * admin who is not disabled keeps the role: taking it away is a 409.
   *
   * @param userId Id of the account.
   * @param patch Merge patch of somebody's account.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: There is something in the way; nobody else is an admin, for example.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(userId: string, patch: AdminUserUpdate, options?: CallOptions & IfMatch<User>): ApiPromise<User> {
    return call(this.#caller, AdminApi, 'adminUpdateUser', { userId, adminUserUpdate: patch }, options);
  }

  /**
   * Delete an account: `DELETE /api/v1/admin/users/{user_id}` (needs `users:write`).
   *
   * Removes the account and everything that belongs to it, at once and for good. The last admin can't be
   * deleted.
   *
   * @param userId Id of the account.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: There is something in the way; nobody else is an admin, for example.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(userId: string, options?: CallOptions & IfMatch): ApiPromise<void> {
    return call(this.#caller, AdminApi, 'adminDeleteUser', { userId }, options);
  }

  /**
   * End all sessions of an account: `DELETE /api/v1/admin/users/{user_id}/sessions` (needs
   * `users:write`).
   *
   * The user has to log in again everywhere. Personal access tokens stay.
   *
   * @param userId Id of the account.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  revokeSessions(userId: string, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AdminApi, 'adminRevokeSessions', { userId }, options);
  }
}

/**  */
export class AdminResource {
  readonly users: AdminUsersResource;
  readonly stats: AdminStatsResource;

  constructor(caller: Caller) {
    this.users = new AdminUsersResource(caller);
    this.stats = new AdminStatsResource(caller);
  }
}

/** Words that the caller's tasks can be found by. */
export class TagsResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List tags: `GET /api/v1/tags` (needs `tasks:read`).
   *
   * The caller's tags by name unless `sort` says otherwise.
   *
   * @param query What to look for, and how much of it.
   */
  list(query: TagsListQuery = {}, options?: CallOptions & IfNoneMatch<TagList>): ListPromise<Tag, TagList> {
    return callList(this.#caller, TagsApi, 'listTags', { ...query }, options);
  }

  /**
   * Create a tag: `POST /api/v1/tags` (needs `tasks:write`).
   *
   * Tags also come into being when a task is given a new name. Names are unique, whatever the case:
   * another tag with the same name is a 409. The same tag sent again under an `id` that the client has
   * chosen is a 200.
   *
   * @param body What a new tag is made of.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  create(body: TagCreate, options?: CallOptions & IdempotencyKey): ApiPromise<Tag> {
    return call(this.#caller, TagsApi, 'createTag', { tagCreate: body }, options);
  }

  /**
   * Read a tag: `GET /api/v1/tags/{tag_id}` (needs `tasks:read`).
   *
   * A tag that belongs to somebody else is answered exactly like one that does not exist.
   *
   * @param tagId Id of the tag.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  get(tagId: string, options?: CallOptions & IfNoneMatch<Tag>): ApiPromise<Tag> {
    return call(this.#caller, TagsApi, 'getTag', { tagId }, options);
  }

  /**
   * Change a tag: `PATCH /api/v1/tags/{tag_id}` (needs `tasks:write`).
   *
   * JSON merge patch (RFC 7396). A new name shows on every task that has the tag, at once.
   *
   * @param tagId Id of the tag.
   * @param patch Merge patch of a tag.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: The change can't be made beside what is there.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(tagId: string, patch: TagUpdate, options?: CallOptions & IfMatch<Tag>): ApiPromise<Tag> {
    return call(this.#caller, TagsApi, 'updateTag', { tagId, tagUpdate: patch }, options);
  }

  /**
   * Delete a tag: `DELETE /api/v1/tags/{tag_id}` (needs `tasks:write`).
   *
   * Takes the tag off every task. It can not be restored.
   *
   * @param tagId Id of the tag.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(tagId: string, options?: CallOptions & IfMatch): ApiPromise<void> {
    return call(this.#caller, TagsApi, 'deleteTag', { tagId }, options);
  }
}

/** What the caller's tasks belong to. */
export class ProjectsResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List projects: `GET /api/v1/projects` (needs `tasks:read`).
   *
   * The caller's projects in their manual order unless `sort` says otherwise; archived ones are among
   * them.
   *
   * @param query What to look for, and how much of it.
   */
  list(
    query: ProjectsListQuery = {},
    options?: CallOptions & IfNoneMatch<ProjectList>,
  ): ListPromise<Project, ProjectList> {
    return callList(this.#caller, ProjectsApi, 'listProjects', { ...query }, options);
  }

  /**
   * Create a project: `POST /api/v1/projects` (needs `tasks:write`).
   *
   * The same project sent again under an `id` that the client has chosen is a 200, another one a 409.
   *
   * @param body What a new project is made of. Without a position it is the last one.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  create(body: ProjectCreate, options?: CallOptions & IdempotencyKey): ApiPromise<Project> {
    return call(this.#caller, ProjectsApi, 'createProject', { projectCreate: body }, options);
  }

  /**
   * Read a project: `GET /api/v1/projects/{project_id}` (needs `tasks:read`).
   *
   * A project that belongs to somebody else, or is in the trash, is answered exactly like one that does
   * not exist.
   *
   * @param projectId Id of the project.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  get(projectId: string, options?: CallOptions & IfNoneMatch<Project>): ApiPromise<Project> {
    return call(this.#caller, ProjectsApi, 'getProject', { projectId }, options);
  }

  /**
   * Replace a project: `PUT /api/v1/projects/{project_id}` (needs `tasks:write`).
   *
   * Writes every field; one that is left out goes back to its default, but the position stays if it is
   * left out.
   *
   * @param projectId Id of the project.
   * @param body Every field of a project that can be written; one that is left out goes back to its
   * default.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  replace(
    projectId: string,
    body: ProjectReplace,
    options?: CallOptions & IfMatch<Project>,
  ): ApiPromise<Project> {
    return call(this.#caller, ProjectsApi, 'replaceProject', { projectId, projectReplace: body }, options);
  }

  /**
   * Change a project: `PATCH /api/v1/projects/{project_id}` (needs `tasks:write`).
   *
   * JSON merge patch (RFC 7396). A patch that changes nothing leaves `updated_at` and the ETag alone.
   *
   * @param projectId Id of the project.
   * @param patch Merge patch of a project.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(
    projectId: string,
    patch: ProjectUpdate,
    options?: CallOptions & IfMatch<Project>,
  ): ApiPromise<Project> {
    return call(this.#caller, ProjectsApi, 'updateProject', { projectId, projectUpdate: patch }, options);
  }

  /**
   * Delete a project: `DELETE /api/v1/projects/{project_id}` (needs `tasks:write`).
   *
   * Puts the project into the trash, which loses it after 30 days. `tasks` says what happens to its
   * tasks: they stay without a project, or go into the trash with it.
   *
   * @param projectId Id of the project.
   * @param query What to look for, and how much of it.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(
    projectId: string,
    query: ProjectsDeleteQuery = {},
    options?: CallOptions & IfMatch,
  ): ApiPromise<void> {
    return call(this.#caller, ProjectsApi, 'deleteProject', { projectId, ...query }, options);
  }

  /**
   * Take a project out of the trash: `POST /api/v1/projects/{project_id}/restore` (needs `tasks:write`).
   *
   * With the tasks that were deleted together with it. A project that is not in the trash stays as it
   * is.
   *
   * @param projectId Id of the project.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  restore(projectId: string, options?: CallOptions & IfMatch<Project>): ApiPromise<Project> {
    return call(this.#caller, ProjectsApi, 'restoreProject', { projectId }, options);
  }
}

/** The caller's tasks. Nobody else's can be seen, counted or guessed. */
export class UsersTasksResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List tasks of a user: `GET /api/v1/users/{user_id}/tasks` (needs `tasks:read`).
   *
   * The caller's tasks, newest first unless `sort` says otherwise. With `page` (or neither `page` nor
   * `cursor`) the answer counts everything; with `cursor` it goes on from where another answer's
   * `next_cursor` points, at the same cost for any depth. A cursor works for the filters and the order
   * it was made with. A list that depends on the time of day (`due` overdue or today) has no ETag.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param query What to look for, and how much of it.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  list(
    userId: string,
    query: UsersTasksListQuery = {},
    options?: CallOptions & IfNoneMatch<TaskList>,
  ): ListPromise<Task, TaskList> {
    return callList(
      this.#caller,
      TasksApi,
      'listUserTasks',
      {
        userId,
        ...query,
        projectId: query.project_id,
        parentId: query.parent_id,
        tagMatch: query.tag_match,
        dueFrom: query.due_from,
        dueTo: query.due_to,
        createdFrom: query.created_from,
        createdTo: query.created_to,
        updatedSince: query.updated_since,
      },
      options,
    );
  }

  /**
   * Create a task of a user: `POST /api/v1/users/{user_id}/tasks` (needs `tasks:write`).
   *
   * Only the title is required. A task that is created as completed gets `completed_at` at once; tags
   * that are not there yet are created. A client may choose the `id`: the same task sent again under the
   * same id is a 200, another one a 409.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param body What a new task is made of. A subtask (`parent_id`) is in the project of its parent.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  create(userId: string, body: TaskCreate, options?: CallOptions & IdempotencyKey): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'createUserTask', { userId, taskCreate: body }, options);
  }

  /**
   * Read a task of a user: `GET /api/v1/users/{user_id}/tasks/{task_id}` (needs `tasks:read`).
   *
   * A task that belongs to somebody else, or is in the trash, is answered exactly like one that does not
   * exist.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  get(userId: string, taskId: string, options?: CallOptions & IfNoneMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'getUserTask', { userId, taskId }, options);
  }

  /**
   * Replace a task of a user: `PUT /api/v1/users/{user_id}/tasks/{task_id}` (needs `tasks:write`).
   *
   * Writes every field; one that is left out goes back to its default. Prefer PATCH unless the whole
   * task is meant.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param taskId Id of the task.
   * @param body Every field of a task that can be written; one that is left out goes back to its
   * default.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  replace(
    userId: string,
    taskId: string,
    body: TaskReplace,
    options?: CallOptions & IfMatch<Task>,
  ): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'replaceUserTask', { userId, taskId, taskReplace: body }, options);
  }

  /**
   * Change a task of a user: `PATCH /api/v1/users/{user_id}/tasks/{task_id}` (needs `tasks:write`).
   *
   * JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it. A patch that
   * changes nothing leaves `updated_at` and the ETag alone.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param taskId Id of the task.
   * @param patch Merge patch of a task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  update(
    userId: string,
    taskId: string,
    patch: TaskUpdate,
    options?: CallOptions & IfMatch<Task>,
  ): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'updateUserTask', { userId, taskId, taskUpdate: patch }, options);
  }

  /**
   * Delete a task of a user: `DELETE /api/v1/users/{user_id}/tasks/{task_id}` (needs `tasks:write`).
   *
   * Puts the task and its subtasks into the trash: they leave every list and answer 404, but can be
   * restored. What is in the trash goes for good after 30 days, or at once with `permanent`.
   *
   * @param userId Id of the caller, or `me`. Anybody else's is a 404.
   * @param taskId Id of the task.
   * @param query What to look for, and how much of it.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: The change can't be made beside what is there.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(
    userId: string,
    taskId: string,
    query: UsersTasksDeleteQuery = {},
    options?: CallOptions & IfMatch,
  ): ApiPromise<void> {
    return call(this.#caller, TasksApi, 'deleteUserTask', { userId, taskId, ...query }, options);
  }
}

/**  */
export class UsersResource {
  readonly tasks: UsersTasksResource;

  constructor(caller: Caller) {
    this.tasks = new UsersTasksResource(caller);
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
   * The caller's tasks, newest first unless `sort` says otherwise. With `page` (or neither `page` nor
   * `cursor`) the answer counts everything; with `cursor` it goes on from where another answer's
   * `next_cursor` points, at the same cost for any depth. A cursor works for the filters and the order
   * it was made with. A list that depends on the time of day (`due` overdue or today) has no ETag.
   *
   * @param query What to look for, and how much of it.
   */
  list(
    query: TasksListQuery = {},
    options?: CallOptions & IfNoneMatch<TaskList>,
  ): ListPromise<Task, TaskList> {
    return callList(
      this.#caller,
      TasksApi,
      'listTasks',
      {
        ...query,
        projectId: query.project_id,
        parentId: query.parent_id,
        tagMatch: query.tag_match,
        dueFrom: query.due_from,
        dueTo: query.due_to,
        createdFrom: query.created_from,
        createdTo: query.created_to,
        updatedSince: query.updated_since,
      },
      options,
    );
  }

  /**
   * Create a task: `POST /api/v1/tasks` (needs `tasks:write`).
   *
   * Only the title is required. A task that is created as completed gets `completed_at` at once; tags
   * that are not there yet are created. A client may choose the `id`: the same task sent again under the
   * same id is a 200, another one a 409.
   *
   * @param body What a new task is made of. A subtask (`parent_id`) is in the project of its parent.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  create(body: TaskCreate, options?: CallOptions & IdempotencyKey): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'createTask', { taskCreate: body }, options);
  }

  /**
   * Change many tasks: `POST /api/v1/tasks/batch` (needs `tasks:write`).
   *
   * Up to 100 changes in one request, in their order. With `atomic` (the default) all of them happen or
   * none: the first that fails is the answer. Without it each has a result of its own, with the status
   * it would have had alone.
   *
   * @param body Changes of tasks.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: The change can't be made beside what is there.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  batch(body: TaskBatch, options?: CallOptions & IdempotencyKey): ApiPromise<TaskBatchResult> {
    return call(this.#caller, TasksApi, 'batchTasks', { taskBatch: body }, options);
  }

  /**
   * Count tasks: `GET /api/v1/tasks/stats` (needs `tasks:read`).
   *
   * Numbers about the caller's tasks as they are now. Days are those of the user's time zone.
   *
   * @param query What to look for, and how much of it.
   */
  stats(query: TasksStatsQuery = {}, options?: CallOptions): ApiPromise<TaskStats> {
    return call(this.#caller, TasksApi, 'getTaskStats', { ...query }, options);
  }

  /**
   * Read a task: `GET /api/v1/tasks/{task_id}` (needs `tasks:read`).
   *
   * A task that belongs to somebody else, or is in the trash, is answered exactly like one that does not
   * exist.
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
   * Puts the task and its subtasks into the trash: they leave every list and answer 404, but can be
   * restored. What is in the trash goes for good after 30 days, or at once with `permanent`.
   *
   * @param taskId Id of the task.
   * @param query What to look for, and how much of it.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws ConflictError: The change can't be made beside what is there.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  delete(taskId: string, query: TasksDeleteQuery = {}, options?: CallOptions & IfMatch): ApiPromise<void> {
    return call(this.#caller, TasksApi, 'deleteTask', { taskId, ...query }, options);
  }

  /**
   * Complete a task: `POST /api/v1/tasks/{task_id}/complete` (needs `tasks:write`).
   *
   * Sets the status to completed. Subtasks stay as they are. A task that is completed already stays as
   * it is.
   *
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  complete(taskId: string, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'completeTask', { taskId }, options);
  }

  /**
   * Reopen a task: `POST /api/v1/tasks/{task_id}/reopen` (needs `tasks:write`).
   *
   * Sets the status of a task that is completed or cancelled to pending. One that is open already stays
   * as it is.
   *
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  reopen(taskId: string, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'reopenTask', { taskId }, options);
  }

  /**
   * Move a task in the manual order: `POST /api/v1/tasks/{task_id}/move` (needs `tasks:write`).
   *
   * Gives the task the `position` right before or after another one. Only this task changes.
   *
   * @param taskId Id of the task.
   * @param body Where a task goes; exactly one of the two.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  move(taskId: string, body: TaskMove, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'moveTask', { taskId, taskMove: body }, options);
  }

  /**
   * Take a task out of the trash: `POST /api/v1/tasks/{task_id}/restore` (needs `tasks:write`).
   *
   * With the subtasks that were deleted together with it. A subtask whose parent is gone comes back as a
   * task of its own, and a task whose project is gone comes back without one. A task that is not in the
   * trash stays as it is.
   *
   * @param taskId Id of the task.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   * @throws PreconditionFailedError: The resource has changed since the `If-Match` that was sent.
   * `current` is what it is now.
   */
  restore(taskId: string, options?: CallOptions & IfMatch<Task>): ApiPromise<Task> {
    return call(this.#caller, TasksApi, 'restoreTask', { taskId }, options);
  }

  /**
   * Read what happened to a task: `GET /api/v1/tasks/{task_id}/history` (needs `tasks:read`).
   *
   * Every change with who made it, which fields it changed and how, the newest first; also of a task in
   * the trash.
   *
   * @param taskId Id of the task.
   * @param query What to look for, and how much of it.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  history(
    taskId: string,
    query: TasksHistoryQuery = {},
    options?: CallOptions,
  ): ListPromise<Event, EventList> {
    return callList(this.#caller, TasksApi, 'listTaskHistory', { taskId, ...query }, options);
  }
}

/** The account of the caller, its sessions, tokens and data. */
export class MeTokensResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List the personal access tokens: `GET /api/v1/me/tokens` (needs `account:manage`).
   *
   * The newest first. The tokens themselves were shown when they were made, and never again.
   */
  list(options?: CallOptions): ApiPromise<AccessTokenList> {
    return call(this.#caller, MeApi, 'listAccessTokens', {}, options);
  }

  /**
   * Create a personal access token: `POST /api/v1/me/tokens` (needs `account:manage`).
   *
   * For programs that act for the user. The answer is the only place where the token is ever shown. It
   * can have no scope that the session or the role lacks, and never the scope `account:manage`: a token
   * can't make tokens, nor change the password. An account that has as many tokens as a list can hold is
   * answered by a 409.
   *
   * @param body What a new personal access token is made of.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  create(body: AccessTokenCreate, options?: CallOptions): ApiPromise<CreatedAccessToken> {
    return call(this.#caller, MeApi, 'createAccessToken', { accessTokenCreate: body }, options);
  }

  /**
   * Revoke a personal access token: `DELETE /api/v1/me/tokens/{token_id}` (needs `account:manage`).
   *
   * It stops working at once on this server and within ten seconds on others.
   *
   * @param tokenId Id of the personal access token.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  revoke(tokenId: string, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'revokeAccessToken', { tokenId }, options);
  }
}

/** The account of the caller, its sessions, tokens and data. */
export class MeSessionsResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List the sessions: `GET /api/v1/me/sessions` (needs `account:manage`).
   *
   * Where the account is logged in, the session that was used last first. Requests and refreshes are
   * uses; `last_used_at` is exact to the minute.
   */
  list(options?: CallOptions): ApiPromise<SessionList> {
    return call(this.#caller, MeApi, 'listSessions', {}, options);
  }

  /**
   * End all other sessions: `DELETE /api/v1/me/sessions` (needs `account:manage`).
   *
   * Ends every session of the account but the one that asks.
   */
  revokeOthers(options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'revokeOtherSessions', {}, options);
  }

  /**
   * End a session: `DELETE /api/v1/me/sessions/{session_id}` (needs `account:manage`).
   *
   * Its refresh token stops working at once, its access tokens at once on this server and within ten
   * seconds on others.
   *
   * @param sessionId Id of the session.
   * @throws NotFoundError: There is no such resource, or it is somebody else's.
   */
  revoke(sessionId: string, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'revokeSession', { sessionId }, options);
  }
}

/** The account of the caller, its sessions, tokens and data. */
export class MeEmailResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Change the e-mail address: `POST /api/v1/me/email` (needs `account:manage`).
   *
   * Sends a link to the new address; the change happens when it is followed (verifyEmail). The old
   * address is told. The answer does not tell whether the new address belongs to another account. A
   * wrong current password is a 422 at `/current_password`. An account that has no password is answered
   * by a 409.
   *
   * @param body The address that the account is to have, and the password.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  change(body: EmailChange, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'requestEmailChange', { emailChange: body }, options);
  }
}

/** The account of the caller, its sessions, tokens and data. */
export class MePasswordResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Change the password: `PUT /api/v1/me/password` (needs `account:manage`).
   *
   * Ends all other sessions of the account; personal access tokens stay. A wrong current password is a
   * 422 at `/current_password`, and counts as a failed login. A new password that is widely used, or the
   * current one, is a 422 at `/new_password`. An account that has no password, because it logs in
   * elsewhere, is answered by a 409.
   *
   * @param body The password and what it is to be.
   * @throws ConflictError: The change can't be made beside what is there.
   */
  change(body: PasswordChange, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'changePassword', { passwordChange: body }, options);
  }
}

/** The account of the caller, its sessions, tokens and data. */
export class MeResource {
  readonly password: MePasswordResource;
  readonly email: MeEmailResource;
  readonly sessions: MeSessionsResource;
  readonly tokens: MeTokensResource;
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
    this.password = new MePasswordResource(caller);
    this.email = new MeEmailResource(caller);
    this.sessions = new MeSessionsResource(caller);
    this.tokens = new MeTokensResource(caller);
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

  /**
   * Delete the account: `DELETE /api/v1/me` (needs `account:manage`).
   *
   * Removes the account and everything that belongs to it, at once and for good. Needs a login that is
   * not older than five minutes: an older session is answered by a 403 with the code
   * `reauthentication_required`; log in again and repeat. The last admin can't be deleted.
   *
   * @throws ConflictError: There is something in the way; nobody else is an admin, for example.
   */
  delete(options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, MeApi, 'deleteMe', {}, options);
  }

  /**
   * Export everything: `GET /api/v1/me/export` (needs `account:manage`).
   *
   * All that is stored of the account, as one JSON document. It is streamed: an account of any size can
   * be exported. A document that ends early is not valid JSON, so it can't be taken for a complete one.
   */
  export(options?: CallOptions): ApiPromise<DataExport> {
    return call(this.#caller, MeApi, 'exportMyData', {}, options);
  }
}

/** Create an account, log in, keep a session alive and end it. */
export class AuthPasswordResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Ask for a new password: `POST /api/v1/auth/password/forgot`.
   *
   * Sends a link to the address. Answers the same, after the same time, whether or not there is such an
   * account.
   *
   * @param body Where to send a mail, if there is such an account.
   */
  forgot(body: EmailRequest, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AuthApi, 'requestPasswordReset', { emailRequest: body }, options);
  }

  /**
   * Set a new password by mail: `POST /api/v1/auth/password/reset`.
   *
   * Takes the token of the link that requestPasswordReset sent. It works once and for a limited time;
   * one that is not good any more is a 422 at `/token`. Ends all sessions and personal access tokens of
   * the account.
   *
   * @param body The proof that the address is one's own, and a new password.
   */
  reset(body: PasswordReset, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AuthApi, 'resetPassword', { passwordReset: body }, options);
  }
}

/** Create an account, log in, keep a session alive and end it. */
export class AuthEmailResource {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Prove an e-mail address: `POST /api/v1/auth/email/verify`.
   *
   * Takes the token of the link that was sent to the address. It proves the address of a new account, or
   * makes the new address of requestEmailChange the account's address. A token works once and for a
   * limited time; one that is not good any more is a 422 at `/token`.
   *
   * @param body The proof that an address is one's own.
   * @throws ConflictError: There is an account with this e-mail address already.
   */
  verify(body: EmailVerification, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AuthApi, 'verifyEmail', { emailVerification: body }, options);
  }

  /**
   * Send the verification mail again: `POST /api/v1/auth/email/resend`.
   *
   * Answers the same, after the same time, whether or not there is such an account; a mail is sent only
   * if there is one whose address is not proved yet.
   *
   * @param body Where to send a mail, if there is such an account.
   */
  resend(body: EmailRequest, options?: CallOptions): ApiPromise<void> {
    return call(this.#caller, AuthApi, 'resendVerification', { emailRequest: body }, options);
  }
}

/** Create an account, log in, keep a session alive and end it. */
export class AuthResource {
  readonly email: AuthEmailResource;
  readonly password: AuthPasswordResource;
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
    this.email = new AuthEmailResource(caller);
    this.password = new AuthPasswordResource(caller);
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
   * get the same answer. An account has a limited number of sessions, as many as listSessions can
   * answer; a login beyond that ends the one that was used least recently.
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
   * the successor has been used, using it again is taken for theft and ends the session. The scopes are
   * those of the session, as far as the role of the account still has them. With `Token-Transport`
   * cookie the token comes from the cookie and the body is `{}`; a token in the body is then a 422, and
   * so is a cookie that is missing, at `/refresh_token`. A cookie that is not good any more is removed
   * by the 401.
   *
   * @param body The refresh token of a session. Left out if, and only if, it travels in the cookie.
   */
  refresh(body: RefreshRequest, options?: CallOptions): ApiPromise<TokenSet> {
    return call(this.#caller, AuthApi, 'refreshSession', { refreshRequest: body }, options);
  }

  /**
   * End a session: `POST /api/v1/auth/logout`.
   *
   * Ends the session that the refresh token belongs to: its refresh token stops working at once, its
   * access tokens at once on this server and within ten seconds on others. A token that is unknown or
   * already ended is answered alike (RFC 7009 section 2.2). With `Token-Transport` cookie the token
   * comes from the cookie, as for refreshSession, and the cookie is removed.
   *
   * @param body The refresh token of a session. Left out if, and only if, it travels in the cookie.
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
  readonly users: UsersResource;
  readonly projects: ProjectsResource;
  readonly tags: TagsResource;
  readonly admin: AdminResource;
  readonly health: HealthResource;

  constructor(caller: Caller) {
    this.auth = new AuthResource(caller);
    this.me = new MeResource(caller);
    this.tasks = new TasksResource(caller);
    this.users = new UsersResource(caller);
    this.projects = new ProjectsResource(caller);
    this.tags = new TagsResource(caller);
    this.admin = new AdminResource(caller);
    this.health = new HealthResource(caller);
  }
}
