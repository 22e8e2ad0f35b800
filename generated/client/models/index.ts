/* tslint:disable */
/* eslint-disable */
/**
 * @type CurrentResource
 * The resource as it is now; only with `precondition_failed`.
 * @export
 */
export type CurrentResource = Task | User;
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
    format: 'format',
    invalid: 'invalid',
    invalid_characters: 'invalid_characters',
    not_allowed: 'not_allowed',
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
    forbidden: 'forbidden',
    insufficient_scope: 'insufficient_scope',
    internal_error: 'internal_error',
    invalid_credentials: 'invalid_credentials',
    invalid_refresh_token: 'invalid_refresh_token',
    malformed_request: 'malformed_request',
    method_not_allowed: 'method_not_allowed',
    not_found: 'not_found',
    payload_too_large: 'payload_too_large',
    precondition_failed: 'precondition_failed',
    request_header_too_large: 'request_header_too_large',
    request_timeout: 'request_timeout',
    unauthenticated: 'unauthenticated',
    unavailable: 'unavailable',
    unsupported_media_type: 'unsupported_media_type',
    validation_failed: 'validation_failed',
} as const;
export type ProblemCode = typeof ProblemCode[keyof typeof ProblemCode];

/**
 * The refresh token of a session.
 * @export
 * @interface RefreshRequest
 */
export interface RefreshRequest {
    /**
     * An opaque token that works once.
     */
    refresh_token: string;
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
     * When the task was completed, or null while it is not.
     */
    completed_at: string | null;
}


/**
 * What a new task is made of.
 * @export
 * @interface TaskCreate
 */
export interface TaskCreate {
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
}


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
     * An opaque token that works once.
     */
    refresh_token: string;
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
