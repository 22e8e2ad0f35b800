/* tslint:disable */
/* eslint-disable */
/**
 * A personal access token, without the token itself.
 * @export
 * @interface AccessToken
 */
export interface AccessToken {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * What the token is for, so that it can be told from others.
     */
    name: string;
    /**
     * What it may be used for.
     */
    scopes: Array<TokenScope>;
    /**
     * How the token begins, so that one that was found somewhere can be told from the others.
     */
    prefix: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * When it was used last, give or take a minute, or null.
     */
    last_used_at: string | null;
    /**
     * When it stops working, or null when it does not by itself.
     */
    expires_at: string | null;
}
/**
 * What a new personal access token is made of.
 * @export
 * @interface AccessTokenCreate
 */
export interface AccessTokenCreate {
    /**
     * What the token is for, so that it can be told from others.
     */
    name: string;
    /**
     * What it may be used for; nothing that the session itself may not.
     */
    scopes: Array<TokenScope>;
    /**
     * When it stops working, an instant in the future; null for never.
     */
    expires_at?: string | null;
}
/**
 * The personal access tokens of an account; there are never more than fit here.
 * @export
 * @interface AccessTokenList
 */
export interface AccessTokenList {
    /**
     * The tokens, newest first.
     */
    items: Array<AccessToken>;
}
/**
 * Numbers about all accounts.
 * @export
 * @interface AdminStats
 */
export interface AdminStats {
    /**
     * 
     */
    users: AdminStatsUsers;
    /**
     * 
     */
    sessions: AdminStatsSessions;
    /**
     * 
     */
    access_tokens: AdminStatsAccessTokens;
}
/**
 * Numbers of personal access tokens.
 * @export
 * @interface AdminStatsAccessTokens
 */
export interface AdminStatsAccessTokens {
    /**
     * How many there are.
     */
    active: number;
}
/**
 * Numbers of sessions.
 * @export
 * @interface AdminStatsSessions
 */
export interface AdminStatsSessions {
    /**
     * How many there are.
     */
    active: number;
}
/**
 * Numbers of accounts. Active is who has used a session or a token.
 * @export
 * @interface AdminStatsUsers
 */
export interface AdminStatsUsers {
    /**
     * How many there are.
     */
    total: number;
    /**
     * How many there are.
     */
    admins: number;
    /**
     * How many there are.
     */
    disabled: number;
    /**
     * How many there are.
     */
    unverified: number;
    /**
     * How many there are.
     */
    created_last_30_days: number;
    /**
     * How many there are.
     */
    active_last_30_days: number;
}
/**
 * What an admin makes an account of.
 * @export
 * @interface AdminUserCreate
 */
export interface AdminUserCreate {
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
    /**
     * Any characters, at least 8 of them and at most 72 bytes in UTF-8 (what bcrypt can take: a longer one is refused
     * rather than cut). Widely used passwords are refused.
     * 
     */
    password?: string;
    /**
     * What to call the user, or null.
     */
    name?: string | null;
    /**
     * 
     */
    role?: UserRole;
    /**
     * An IANA time zone name.
     */
    timezone?: string;
}


/**
 * Merge patch of somebody's account.
 * @export
 * @interface AdminUserUpdate
 */
export interface AdminUserUpdate {
    /**
     * What to call the user, or null.
     */
    name?: string | null;
    /**
     * 
     */
    role?: UserRole;
    /**
     * An IANA time zone name.
     */
    timezone?: string;
    /**
     * Whether the account is locked out. Locking it ends its sessions and silences its tokens.
     */
    disabled?: boolean;
}


/**
 * One change: `create` has a `task`; `update` an `id` and a `patch`; `complete` and `delete` an `id`. What exists can be
 * held to a version by `if_match`.
 * 
 * @export
 * @interface BatchOperation
 */
export interface BatchOperation {
    /**
     * What is to be done.
     */
    op: BatchOperationOpEnum;
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id?: string;
    /**
     * 
     */
    task?: TaskCreate;
    /**
     * 
     */
    patch?: TaskUpdate;
    /**
     * `*`, or entity tags separated by commas (RFC 9110 section 13.1).
     */
    if_match?: string;
}


/**
 * @export
 */
export const BatchOperationOpEnum = {
    create: 'create',
    update: 'update',
    complete: 'complete',
    delete: 'delete',
} as const;
export type BatchOperationOpEnum = typeof BatchOperationOpEnum[keyof typeof BatchOperationOpEnum];

/**
 * What became of an operation; what was deleted has neither a task nor a problem.
 * @export
 * @interface BatchResult
 */
export interface BatchResult {
    /**
     * The HTTP status that the operation would have had alone.
     */
    status: number;
    /**
     * 
     */
    task?: Task;
    /**
     * 
     */
    problem?: Problem;
}
/**
 * A new personal access token. This is the only time that it is shown.
 * @export
 * @interface CreatedAccessToken
 */
export interface CreatedAccessToken {
    /**
     * Goes into the `Authorization` header, like an access token of a session.
     */
    token: string;
    /**
     * 
     */
    access_token: AccessToken;
}
/**
 * @type CurrentResource
 * The resource as it is now; only with `precondition_failed`.
 * @export
 */
export type CurrentResource = Project | Tag | Task | User;
/**
 * Everything that is stored of an account. Secrets, which are stored as hashes, are not in it.
 * @export
 * @interface DataExport
 */
export interface DataExport {
    /**
     * Tells what the document is.
     */
    format: DataExportFormatEnum;
    /**
     * Version of the format; a change that could break a reader raises it.
     */
    version: number;
    /**
     * An instant in UTC (RFC 3339).
     */
    exported_at: string;
    /**
     * 
     */
    user: User;
    /**
     * Who the user is at other issuers.
     */
    identities: Array<ExternalIdentity>;
    /**
     * The sessions that are alive.
     */
    sessions: Array<Session>;
    /**
     * The personal access tokens.
     */
    access_tokens: Array<AccessToken>;
    /**
     * All projects, those in the trash included, the oldest first.
     */
    projects: Array<Project>;
    /**
     * All tags, the oldest first.
     */
    tags: Array<Tag>;
    /**
     * All tasks, those in the trash included, the oldest first.
     */
    tasks: Array<Task>;
    /**
     * All changes that were ever made, in their order.
     */
    events: Array<Event>;
}


/**
 * @export
 */
export const DataExportFormatEnum = {
    taskpact_export: 'taskpact-export',
} as const;
export type DataExportFormatEnum = typeof DataExportFormatEnum[keyof typeof DataExportFormatEnum];

/**
 * How many tasks were completed on a day.
 * @export
 * @interface DayCount
 */
export interface DayCount {
    /**
     * A day of the calendar (RFC 3339 full-date), from the year 1.
     */
    date: string;
    /**
     * How many there are.
     */
    count: number;
}
/**
 * When the task is to be done, or null. Without a time it is the whole day, without a time zone it moves with the user.
 * 
 * @export
 * @interface Due
 */
export interface Due {
    /**
     * A day of the calendar (RFC 3339 full-date), from the year 1.
     */
    date: string;
    /**
     * Hours and minutes of the day, or null for the whole day.
     */
    time: string | null;
    /**
     * IANA time zone of the time, or null for the zone that the user is in, wherever that is. Only with a time.
     */
    timezone: string | null;
}
/**
 * When the task is to be done, or null.
 * @export
 * @interface DueCreate
 */
export interface DueCreate {
    /**
     * A day of the calendar (RFC 3339 full-date), from the year 1.
     */
    date: string;
    /**
     * Hours and minutes of the day, or null for the whole day.
     */
    time?: string | null;
    /**
     * IANA time zone of the time, or null for the zone that the user is in, wherever that is. Only with a time.
     */
    timezone?: string | null;
}
/**
 * Merge patch of when the task is to be done; null makes it a task without a due date.
 * @export
 * @interface DueUpdate
 */
export interface DueUpdate {
    /**
     * A day of the calendar (RFC 3339 full-date), from the year 1.
     */
    date?: string;
    /**
     * Hours and minutes of the day, or null for the whole day.
     */
    time?: string | null;
    /**
     * IANA time zone of the time, or null for the zone that the user is in, wherever that is. Only with a time.
     */
    timezone?: string | null;
}
/**
 * The address that the account is to have, and the password.
 * @export
 * @interface EmailChange
 */
export interface EmailChange {
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
    /**
     * The password of the account, at most 72 bytes in UTF-8.
     */
    current_password: string;
}
/**
 * Where to send a mail, if there is such an account.
 * @export
 * @interface EmailRequest
 */
export interface EmailRequest {
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
}
/**
 * The proof that an address is one's own.
 * @export
 * @interface EmailVerification
 */
export interface EmailVerification {
    /**
     * A token that came by mail. It works once and for a limited time.
     */
    token: string;
}
/**
 * A change of the user's data.
 * @export
 * @interface Event
 */
export interface Event {
    /**
     * Numbers the changes of a user, from 1, without gaps.
     */
    seq: number;
    /**
     * What happened.
     */
    type: string;
    /**
     * What kind of thing it happened to.
     */
    resource: string;
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    resource_id: string;
    /**
     * Names of the fields that changed.
     */
    changed: Array<string>;
    /**
     * The changed fields as they were, or null when there was nothing before.
     */
    before: { [key: string]: any | undefined; } | null;
    /**
     * The changed fields as they are.
     */
    after: { [key: string]: any | undefined; };
    /**
     * An instant in UTC (RFC 3339).
     */
    at: string;
    /**
     * Who did it.
     */
    actor: string;
}
/**
 * One page of changes. By cursor, `total`, `page` and `pages` are null.
 * @export
 * @interface EventList
 */
export interface EventList {
    /**
     * The changes of this page.
     */
    items: Array<Event>;
    /**
     * How many changes match, or null by cursor.
     */
    total: number | null;
    /**
     * Number of this page, or null by cursor.
     */
    page: number | null;
    /**
     * How many changes a page holds at most.
     */
    size: number;
    /**
     * How many pages there are, or null by cursor.
     */
    pages: number | null;
    /**
     * Where the next page starts, or null when this is the last one.
     */
    next_cursor: string | null;
}
/**
 * A login at another issuer that leads to the account.
 * @export
 * @interface ExternalIdentity
 */
export interface ExternalIdentity {
    /**
     * The `iss` of its tokens.
     */
    issuer: string;
    /**
     * The `sub` of its tokens, which is what the issuer calls the user.
     */
    subject: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
}
/**
 * One field that is wrong. It has either a `pointer` or a `parameter`.
 * @export
 * @interface FieldError
 */
export interface FieldError {
    /**
     * Where in the body (JSON Pointer, RFC 6901); empty for the whole body.
     */
    pointer?: string;
    /**
     * Name of the query, path or header parameter.
     */
    parameter?: string;
    /**
     * 
     */
    code: FieldErrorCode;
    /**
     * What is wrong with it, for people.
     */
    message: string;
}



/**
 * What is wrong with a field, for programs.
 * @export
 */
export const FieldErrorCode = {
    common_password: 'common_password',
    duplicate_items: 'duplicate_items',
    empty: 'empty',
    expired: 'expired',
    format: 'format',
    incorrect: 'incorrect',
    invalid: 'invalid',
    invalid_characters: 'invalid_characters',
    not_allowed: 'not_allowed',
    not_found: 'not_found',
    pattern: 'pattern',
    required: 'required',
    too_big: 'too_big',
    too_few_items: 'too_few_items',
    too_long: 'too_long',
    too_many_items: 'too_many_items',
    too_short: 'too_short',
    too_small: 'too_small',
    type: 'type',
    unknown: 'unknown',
} as const;
export type FieldErrorCode = typeof FieldErrorCode[keyof typeof FieldErrorCode];

/**
 * State of the server.
 * @export
 * @interface Health
 */
export interface Health {
    /**
     * 
     */
    status: ProbeStatus;
    /**
     * Version of the server (Semantic Versioning 2.0.0).
     */
    version: string;
    /**
     * Seconds since the process started.
     */
    uptime: number;
    /**
     * 
     */
    database: ProbeStatus;
}


/**
 * Credentials as JSON.
 * @export
 * @interface LoginCredentials
 */
export interface LoginCredentials {
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
    /**
     * The password of the account, at most 72 bytes in UTF-8.
     */
    password: string;
    /**
     * Scopes that the session should be limited to, separated by spaces; all that the user may have when it is empty or
     * absent.
     * 
     */
    scope?: string;
}
/**
 * The password and what it is to be.
 * @export
 * @interface PasswordChange
 */
export interface PasswordChange {
    /**
     * The password of the account, at most 72 bytes in UTF-8.
     */
    current_password: string;
    /**
     * Any characters, at least 8 of them and at most 72 bytes in UTF-8 (what bcrypt can take: a longer one is refused
     * rather than cut). Widely used passwords are refused.
     * 
     */
    new_password: string;
}
/**
 * The form of the OAuth 2.0 password grant. There are no clients to tell apart; their fields are ignored.
 * @export
 * @interface PasswordGrant
 */
export interface PasswordGrant {
    /**
     * The grant; only this one can be used here.
     */
    grant_type: PasswordGrantGrantTypeEnum;
    /**
     * The e-mail address of the account.
     */
    username: string;
    /**
     * The password of the account, at most 72 bytes in UTF-8.
     */
    password: string;
    /**
     * Scopes that the session should be limited to, separated by spaces; all that the user may have when it is empty or
     * absent.
     * 
     */
    scope?: string;
    /**
     * Ignored; OAuth clients may send it.
     */
    client_id?: string;
    /**
     * Ignored; OAuth clients may send it.
     */
    client_secret?: string;
}


/**
 * @export
 */
export const PasswordGrantGrantTypeEnum = {
    password: 'password',
} as const;
export type PasswordGrantGrantTypeEnum = typeof PasswordGrantGrantTypeEnum[keyof typeof PasswordGrantGrantTypeEnum];

/**
 * The proof that the address is one's own, and a new password.
 * @export
 * @interface PasswordReset
 */
export interface PasswordReset {
    /**
     * A token that came by mail. It works once and for a limited time.
     */
    token: string;
    /**
     * Any characters, at least 8 of them and at most 72 bytes in UTF-8 (what bcrypt can take: a longer one is refused
     * rather than cut). Widely used passwords are refused.
     * 
     */
    password: string;
}
/**
 * Answer of a probe.
 * @export
 * @interface ProbeResult
 */
export interface ProbeResult {
    /**
     * 
     */
    status: ProbeStatus;
}



/**
 * The only good answer; any other state is a 503.
 * @export
 */
export const ProbeStatus = {
    ok: 'ok',
} as const;
export type ProbeStatus = typeof ProbeStatus[keyof typeof ProbeStatus];

/**
 * What went wrong (RFC 9457).
 * @export
 * @interface Problem
 */
export interface Problem {
    /**
     * Address of a page that explains the code.
     */
    type: string;
    /**
     * What the code means; always the same for a code.
     */
    title: string;
    /**
     * The HTTP status.
     */
    status: number;
    /**
     * What went wrong this time, for people.
     */
    detail: string;
    /**
     * Path of the request.
     */
    instance: string;
    /**
     * 
     */
    code: ProblemCode;
    /**
     * The `X-Request-Id` of the answer.
     */
    request_id: string;
    /**
     * Each field that is wrong; only with `validation_failed`.
     */
    errors?: Array<FieldError>;
    /**
     * 
     */
    current?: CurrentResource;
}



/**
 * What went wrong, for programs. Each code has one status and one title.
 * @export
 */
export const ProblemCode = {
    conflict: 'conflict',
    email_taken: 'email_taken',
    email_unverified: 'email_unverified',
    forbidden: 'forbidden',
    identity_not_linked: 'identity_not_linked',
    insufficient_role: 'insufficient_role',
    insufficient_scope: 'insufficient_scope',
    internal_error: 'internal_error',
    invalid_credentials: 'invalid_credentials',
    invalid_refresh_token: 'invalid_refresh_token',
    last_admin: 'last_admin',
    malformed_request: 'malformed_request',
    method_not_allowed: 'method_not_allowed',
    not_found: 'not_found',
    payload_too_large: 'payload_too_large',
    precondition_failed: 'precondition_failed',
    rate_limited: 'rate_limited',
    reauthentication_required: 'reauthentication_required',
    request_header_too_large: 'request_header_too_large',
    request_timeout: 'request_timeout',
    unauthenticated: 'unauthenticated',
    unavailable: 'unavailable',
    unsupported_media_type: 'unsupported_media_type',
    validation_failed: 'validation_failed',
} as const;
export type ProblemCode = typeof ProblemCode[keyof typeof ProblemCode];

/**
 * What several tasks belong to.
 * @export
 * @interface Project
 */
export interface Project {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * What the project is called.
     */
    name: string;
    /**
     * Whatever else there is to say, or null.
     */
    description: string | null;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color: string | null;
    /**
     * Whether the project is put aside. Its tasks are where they were.
     */
    archived: boolean;
    /**
     * Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
     * index).
     * 
     */
    position: string;
    /**
     * 
     */
    task_counts: TaskCounts;
    /**
     * Counts the changes of a resource, from 1. The ETag is made of it.
     */
    version: number;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    updated_at: string;
    /**
     * An instant in UTC (RFC 3339), or null while it has not come.
     */
    deleted_at: string | null;
}
/**
 * What a new project is made of. Without a position it is the last one.
 * @export
 * @interface ProjectCreate
 */
export interface ProjectCreate {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id?: string;
    /**
     * What the project is called.
     */
    name: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color?: string | null;
    /**
     * Whether the project is put aside. Its tasks are where they were.
     */
    archived?: boolean;
    /**
     * Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
     * index).
     * 
     */
    position?: string;
}
/**
 * One page of projects. By cursor, `total`, `page` and `pages` are null.
 * @export
 * @interface ProjectList
 */
export interface ProjectList {
    /**
     * The projects of this page.
     */
    items: Array<Project>;
    /**
     * How many projects match, or null by cursor.
     */
    total: number | null;
    /**
     * Number of this page, or null by cursor.
     */
    page: number | null;
    /**
     * How many projects a page holds at most.
     */
    size: number;
    /**
     * How many pages there are, or null by cursor.
     */
    pages: number | null;
    /**
     * Where the next page starts, or null when this is the last one.
     */
    next_cursor: string | null;
}
/**
 * Every field of a project that can be written; one that is left out goes back to its default.
 * @export
 * @interface ProjectReplace
 */
export interface ProjectReplace {
    /**
     * What the project is called.
     */
    name: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color?: string | null;
    /**
     * Whether the project is put aside. Its tasks are where they were.
     */
    archived?: boolean;
    /**
     * Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
     * index).
     * 
     */
    position?: string;
}
/**
 * Merge patch of a project.
 * @export
 * @interface ProjectUpdate
 */
export interface ProjectUpdate {
    /**
     * What the project is called.
     */
    name?: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color?: string | null;
    /**
     * Whether the project is put aside. Its tasks are where they were.
     */
    archived?: boolean;
    /**
     * Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
     * index).
     * 
     */
    position?: string;
}
/**
 * The refresh token of a session. Left out if, and only if, it travels in the cookie.
 * @export
 * @interface RefreshRequest
 */
export interface RefreshRequest {
    /**
     * An opaque token that works once.
     */
    refresh_token?: string;
}
/**
 * A place where the account is logged in. It ends at `expires_at` at the latest, and earlier if it is not used for long.
 * @export
 * @interface Session
 */
export interface Session {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    last_used_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    expires_at: string;
    /**
     * What the client called itself when it logged in, cut if it was long, or null.
     */
    user_agent: string | null;
    /**
     * The address that the client logged in from, or null when it is not known.
     */
    ip: string | null;
    /**
     * Whether this is the session that asks.
     */
    current: boolean;
}
/**
 * The sessions of an account; there are never more than fit here, as a login ends one that is too many.
 * @export
 * @interface SessionList
 */
export interface SessionList {
    /**
     * The sessions, the one that was used last first.
     */
    items: Array<Session>;
}
/**
 * A word that tasks can be found by.
 * @export
 * @interface Tag
 */
export interface Tag {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * Name of a tag, without blanks at its ends. Unique for a user, whatever the case.
     */
    name: string;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color: string | null;
    /**
     * How many there are.
     */
    task_count: number;
    /**
     * Counts the changes of a resource, from 1. The ETag is made of it.
     */
    version: number;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    updated_at: string;
}
/**
 * What a new tag is made of.
 * @export
 * @interface TagCreate
 */
export interface TagCreate {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id?: string;
    /**
     * Name of a tag, without blanks at its ends. Unique for a user, whatever the case.
     */
    name: string;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color?: string | null;
}
/**
 * One page of tags. By cursor, `total`, `page` and `pages` are null.
 * @export
 * @interface TagList
 */
export interface TagList {
    /**
     * The tags of this page.
     */
    items: Array<Tag>;
    /**
     * How many tags match, or null by cursor.
     */
    total: number | null;
    /**
     * Number of this page, or null by cursor.
     */
    page: number | null;
    /**
     * How many tags a page holds at most.
     */
    size: number;
    /**
     * How many pages there are, or null by cursor.
     */
    pages: number | null;
    /**
     * Where the next page starts, or null when this is the last one.
     */
    next_cursor: string | null;
}
/**
 * Merge patch of a tag.
 * @export
 * @interface TagUpdate
 */
export interface TagUpdate {
    /**
     * Name of a tag, without blanks at its ends. Unique for a user, whatever the case.
     */
    name?: string;
    /**
     * Red, green and blue in hexadecimal, or null.
     */
    color?: string | null;
}
/**
 * Something that the user wants to get done.
 * @export
 * @interface Task
 */
export interface Task {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    user_id: string;
    /**
     * The id of something else, or null.
     */
    project_id: string | null;
    /**
     * The id of something else, or null.
     */
    parent_id: string | null;
    /**
     * What is to be done.
     */
    title: string;
    /**
     * Whatever else there is to say, or null.
     */
    description: string | null;
    /**
     * 
     */
    status: TaskStatus;
    /**
     * 
     */
    priority: TaskPriority;
    /**
     * 
     */
    due: Due | null;
    /**
     * An instant in UTC (RFC 3339), or null while it has not come.
     */
    due_at: string | null;
    /**
     * Names of the task's tags, by name. Tags that are not there yet are created.
     */
    tags: Array<string>;
    /**
     * Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
     * index).
     * 
     */
    position: string;
    /**
     * Whether the task is open and `due_at` has passed.
     */
    is_overdue: boolean;
    /**
     * Counts the changes of a resource, from 1. The ETag is made of it.
     */
    version: number;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    updated_at: string;
    /**
     * An instant in UTC (RFC 3339), or null while it has not come.
     */
    completed_at: string | null;
    /**
     * An instant in UTC (RFC 3339), or null while it has not come.
     */
    deleted_at: string | null;
}


/**
 * Changes of tasks.
 * @export
 * @interface TaskBatch
 */
export interface TaskBatch {
    /**
     * Whether all happen or none.
     */
    atomic?: boolean;
    /**
     * The changes, in their order.
     */
    operations: Array<BatchOperation>;
}
/**
 * What became of each operation.
 * @export
 * @interface TaskBatchResult
 */
export interface TaskBatchResult {
    /**
     * As many as there were operations, in their order.
     */
    results: Array<BatchResult>;
}
/**
 * How many tasks are in it that are not in the trash. Cancelled ones are neither.
 * @export
 * @interface TaskCounts
 */
export interface TaskCounts {
    /**
     * How many there are.
     */
    open: number;
    /**
     * How many there are.
     */
    completed: number;
}
/**
 * What a new task is made of. A subtask (`parent_id`) is in the project of its parent.
 * @export
 * @interface TaskCreate
 */
export interface TaskCreate {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id?: string;
    /**
     * What is to be done.
     */
    title: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * 
     */
    status?: TaskStatus;
    /**
     * 
     */
    priority?: TaskPriority;
    /**
     * The id of something else, or null.
     */
    project_id?: string | null;
    /**
     * The id of something else, or null.
     */
    parent_id?: string | null;
    /**
     * 
     */
    due?: DueCreate | null;
    /**
     * Names of the task's tags, by name. Tags that are not there yet are created.
     */
    tags?: Array<string>;
}


/**
 * One page of tasks. By cursor, `total`, `page` and `pages` are null.
 * @export
 * @interface TaskList
 */
export interface TaskList {
    /**
     * The tasks of this page.
     */
    items: Array<Task>;
    /**
     * How many tasks match, or null by cursor.
     */
    total: number | null;
    /**
     * Number of this page, or null by cursor.
     */
    page: number | null;
    /**
     * How many tasks a page holds at most.
     */
    size: number;
    /**
     * How many pages there are, or null by cursor.
     */
    pages: number | null;
    /**
     * Where the next page starts, or null when this is the last one.
     */
    next_cursor: string | null;
}
/**
 * Where a task goes; exactly one of the two.
 * @export
 * @interface TaskMove
 */
export interface TaskMove {
    /**
     * The task that it comes right after, or null for the first place.
     */
    after?: string | null;
    /**
     * The task that it comes right before, or null for the last place.
     */
    before?: string | null;
}

/**
 * How much the task matters.
 * @export
 */
export const TaskPriority = {
    none: 'none',
    low: 'low',
    medium: 'medium',
    high: 'high',
    urgent: 'urgent',
} as const;
export type TaskPriority = typeof TaskPriority[keyof typeof TaskPriority];

/**
 * Every field of a task that can be written; one that is left out goes back to its default.
 * @export
 * @interface TaskReplace
 */
export interface TaskReplace {
    /**
     * What is to be done.
     */
    title: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * 
     */
    status?: TaskStatus;
    /**
     * 
     */
    priority?: TaskPriority;
    /**
     * The id of something else, or null.
     */
    project_id?: string | null;
    /**
     * The id of something else, or null.
     */
    parent_id?: string | null;
    /**
     * 
     */
    due?: DueCreate | null;
    /**
     * Names of the task's tags, by name. Tags that are not there yet are created.
     */
    tags?: Array<string>;
}


/**
 * Numbers about the tasks that are not in the trash. Open are those that are pending or in progress, overdue those of them
 * whose `due_at` has passed; due today are all whose `due_at` is today, whatever their status.
 * 
 * @export
 * @interface TaskStats
 */
export interface TaskStats {
    /**
     * How many there are.
     */
    total: number;
    /**
     * How many there are.
     */
    open: number;
    /**
     * How many there are.
     */
    overdue: number;
    /**
     * How many there are.
     */
    due_today: number;
    /**
     * 
     */
    by_status: TaskStatsByStatus;
    /**
     * 
     */
    by_priority: TaskStatsByPriority;
    /**
     * Each day that was asked for, the earliest first.
     */
    completed_per_day: Array<DayCount>;
    /**
     * An IANA time zone name.
     */
    timezone: string;
}
/**
 * How many open tasks have each priority.
 * @export
 * @interface TaskStatsByPriority
 */
export interface TaskStatsByPriority {
    /**
     * How many there are.
     */
    none: number;
    /**
     * How many there are.
     */
    low: number;
    /**
     * How many there are.
     */
    medium: number;
    /**
     * How many there are.
     */
    high: number;
    /**
     * How many there are.
     */
    urgent: number;
}
/**
 * How many tasks have each status.
 * @export
 * @interface TaskStatsByStatus
 */
export interface TaskStatsByStatus {
    /**
     * How many there are.
     */
    pending: number;
    /**
     * How many there are.
     */
    in_progress: number;
    /**
     * How many there are.
     */
    completed: number;
    /**
     * How many there are.
     */
    cancelled: number;
}

/**
 * How far the task is. Going to `completed` sets `completed_at`, leaving it clears it.
 * @export
 */
export const TaskStatus = {
    pending: 'pending',
    in_progress: 'in_progress',
    completed: 'completed',
    cancelled: 'cancelled',
} as const;
export type TaskStatus = typeof TaskStatus[keyof typeof TaskStatus];

/**
 * Merge patch of a task.
 * @export
 * @interface TaskUpdate
 */
export interface TaskUpdate {
    /**
     * What is to be done.
     */
    title?: string;
    /**
     * Whatever else there is to say, or null.
     */
    description?: string | null;
    /**
     * 
     */
    status?: TaskStatus;
    /**
     * 
     */
    priority?: TaskPriority;
    /**
     * The id of something else, or null.
     */
    project_id?: string | null;
    /**
     * The id of something else, or null.
     */
    parent_id?: string | null;
    /**
     * 
     */
    due?: DueUpdate | null;
    /**
     * Names of the task's tags, by name. Tags that are not there yet are created.
     */
    tags?: Array<string>;
}



/**
 * What a personal access token may be used for.
 * @export
 */
export const TokenScope = {
    profile_read: 'profile:read',
    profile_write: 'profile:write',
    tasks_read: 'tasks:read',
    tasks_write: 'tasks:write',
    users_read: 'users:read',
    users_write: 'users:write',
} as const;
export type TokenScope = typeof TokenScope[keyof typeof TokenScope];

/**
 * The tokens of a session (RFC 6749 section 5.1) and the account they belong to.
 * @export
 * @interface TokenSet
 */
export interface TokenSet {
    /**
     * Goes into the `Authorization` header.
     */
    access_token: string;
    /**
     * An opaque token that works once; null when it travels in the cookie.
     */
    refresh_token: string | null;
    /**
     * How the access token is sent.
     */
    token_type: TokenSetTokenTypeEnum;
    /**
     * Life of the access token in seconds.
     */
    expires_in: number;
    /**
     * What the access token may be used for, separated by spaces.
     */
    scope: string;
    /**
     * 
     */
    user: User;
}


/**
 * @export
 */
export const TokenSetTokenTypeEnum = {
    Bearer: 'Bearer',
} as const;
export type TokenSetTokenTypeEnum = typeof TokenSetTokenTypeEnum[keyof typeof TokenSetTokenTypeEnum];

/**
 * An account.
 * @export
 * @interface User
 */
export interface User {
    /**
     * A UUID in its canonical text form; the server makes version 7 (RFC 9562).
     */
    id: string;
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
    /**
     * What to call the user, or null.
     */
    name: string | null;
    /**
     * 
     */
    role: UserRole;
    /**
     * Whether the user has proved that the address is theirs.
     */
    email_verified: boolean;
    /**
     * An IANA time zone name.
     */
    timezone: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    created_at: string;
    /**
     * An instant in UTC (RFC 3339).
     */
    updated_at: string;
    /**
     * When the account was disabled, or null.
     */
    disabled_at: string | null;
}


/**
 * One page of accounts.
 * @export
 * @interface UserList
 */
export interface UserList {
    /**
     * The accounts of this page.
     */
    items: Array<User>;
    /**
     * How many accounts match.
     */
    total: number;
    /**
     * Number of this page.
     */
    page: number;
    /**
     * How many accounts a page holds at most.
     */
    size: number;
    /**
     * How many pages there are.
     */
    pages: number;
}
/**
 * What a new account is made of.
 * @export
 * @interface UserRegister
 */
export interface UserRegister {
    /**
     * An e-mail address. Two that differ only in case are the same account.
     */
    email: string;
    /**
     * Any characters, at least 8 of them and at most 72 bytes in UTF-8 (what bcrypt can take: a longer one is refused
     * rather than cut). Widely used passwords are refused.
     * 
     */
    password: string;
    /**
     * What to call the user, or null.
     */
    name?: string | null;
    /**
     * An IANA time zone name.
     */
    timezone?: string;
}

/**
 * An admin manages accounts, and never reads other users' tasks.
 * @export
 */
export const UserRole = {
    user: 'user',
    admin: 'admin',
} as const;
export type UserRole = typeof UserRole[keyof typeof UserRole];

/**
 * Merge patch of an account.
 * @export
 * @interface UserUpdate
 */
export interface UserUpdate {
    /**
     * What to call the user, or null.
     */
    name?: string | null;
    /**
     * An IANA time zone name.
     */
    timezone?: string;
}
