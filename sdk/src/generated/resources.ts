/** Generated from openapi.yaml by scripts/generate.ts. Do not edit. */
import {
  AdminApi,
  type AdminApiAdminListUsersRequest,
  AuthApi,
  HealthApi,
  MeApi,
  TasksApi,
  type TasksApiListTasksRequest,
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
  Health,
  LoginCredentials,
  PasswordChange,
  PasswordReset,
  ProbeResult,
  RefreshRequest,
  SessionList,
  Task,
  TaskCreate,
  TaskList,
  TaskReplace,
  TaskUpdate,
  TokenSet,
  User,
  UserList,
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
  readonly admin: AdminResource;
  readonly health: HealthResource;

  constructor(caller: Caller) {
    this.auth = new AuthResource(caller);
    this.me = new MeResource(caller);
    this.tasks = new TasksResource(caller);
    this.admin = new AdminResource(caller);
    this.health = new HealthResource(caller);
  }
}
