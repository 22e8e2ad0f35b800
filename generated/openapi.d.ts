/**
 * Generated from openapi.yaml by `npm run generate` (openapi-typescript). Do not edit.
 */

export interface paths {
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account
         * @description Creates a user and a first session, so that the caller is logged in at once.
         */
        post: operations["registerUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Opens a session. Takes JSON, or the form of the OAuth 2.0 password grant (RFC 6749 section 4.3), which is what
         *     the docs page and other OAuth clients send. An unknown address and a wrong password get the same answer.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token
         * @description Answers a new access token and a new refresh token. A refresh token works once. If the answer got lost, the
         *     same token may be sent again for a few seconds and gets the same successor; later, or once the successor has
         *     been used, using it again is taken for theft and ends the session.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a session
         * @description Ends the session that the refresh token belongs to: its refresh token stops working at once, its access tokens
         *     at once on this server and within ten seconds on others. A token that is unknown or already ended is answered
         *     alike (RFC 7009 section 2.2).
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the caller's account
         * @description The account that the access token belongs to.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the caller's account
         * @description JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description The caller's tasks, newest first. With `page` (or neither `page` nor `cursor`) the answer counts everything;
         *     with `cursor` it goes on from where another answer's `next_cursor` points, at the same cost for any depth.
         *     A cursor works for the filters it was made with.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Only the title is required. A task that is created as completed gets `completed_at` at once.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Read a task
         * @description A task that belongs to somebody else is answered exactly like one that does not exist.
         */
        get: operations["getTask"];
        /**
         * Replace a task
         * @description Writes every field; one that is left out goes back to its default. Prefer PATCH unless the whole task is meant.
         */
        put: operations["replaceTask"];
        post?: never;
        /**
         * Delete a task
         * @description The task leaves every list and answers 404 from now on.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Change a task
         * @description JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it. A patch that changes nothing
         *     leaves `updated_at` and the ETag alone.
         */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Overall health
         * @description For people and dashboards. Says which version runs and whether the database answers.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Liveness
         * @description Answers as long as the process can answer at all. Restart the process when it does not.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness
         * @description Answers 200 when requests may be sent here. Answers 503 while the database is away and from the moment on that
         *     the server has been told to stop.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: uuid
         * @description A UUID in its canonical text form; the server makes version 7 (RFC 9562).
         * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
         */
        Uuid: string;
        /**
         * Format: date-time
         * @description An instant in UTC (RFC 3339).
         * @example 2026-11-21T09:30:00.000Z
         */
        Timestamp: string;
        /**
         * @description `*`, or entity tags separated by commas (RFC 9110 section 13.1).
         * @example "3"
         */
        EntityTagList: string;
        /**
         * Format: int32
         * @description Counts the changes of a resource, from 1. The ETag is made of it.
         * @example 3
         */
        Version: number;
        /**
         * Format: email
         * @description An e-mail address. Two that differ only in case are the same account.
         * @example ada@example.com
         */
        Email: string;
        /**
         * Format: password
         * @description Any characters, at least 8 of them and at most 72 bytes in UTF-8 (what bcrypt can take: a longer one is refused
         *     rather than cut). Widely used passwords are refused.
         * @example correct horse battery
         */
        NewPassword: string;
        /**
         * Format: password
         * @description The password of the account, at most 72 bytes in UTF-8.
         * @example correct horse battery
         */
        CurrentPassword: string;
        /**
         * @description What to call the user, or null.
         * @example Ada Lovelace
         */
        PersonName: string | null;
        /**
         * Format: time-zone
         * @description An IANA time zone name.
         * @example Europe/London
         */
        TimeZone: string;
        /**
         * @description Scopes that the session should be limited to, separated by spaces; all that the user may have when it is empty or
         *     absent.
         * @example tasks:read
         */
        ScopeRequest: string;
        /**
         * @description An opaque token that works once.
         * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
         */
        RefreshToken: string;
        /**
         * @description An admin manages accounts, and never reads other users' tasks.
         * @example user
         * @enum {string}
         */
        UserRole: "user" | "admin";
        /** @description An account. */
        User: {
            id: components["schemas"]["Uuid"];
            email: components["schemas"]["Email"];
            name: components["schemas"]["PersonName"];
            role: components["schemas"]["UserRole"];
            /**
             * @description Whether the user has proved that the address is theirs.
             * @example false
             */
            email_verified: boolean;
            timezone: components["schemas"]["TimeZone"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description When the account was disabled, or null.
             * @example null
             */
            disabled_at: string | null;
        };
        /** @description What a new account is made of. */
        UserRegister: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["NewPassword"];
            /** @default null */
            name: components["schemas"]["PersonName"];
            /** @default UTC */
            timezone: components["schemas"]["TimeZone"];
        };
        /** @description Merge patch of an account. */
        UserUpdate: {
            name?: components["schemas"]["PersonName"];
            timezone?: components["schemas"]["TimeZone"];
        };
        /** @description Credentials as JSON. */
        LoginCredentials: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["CurrentPassword"];
            scope?: components["schemas"]["ScopeRequest"];
        };
        /** @description The form of the OAuth 2.0 password grant. There are no clients to tell apart; their fields are ignored. */
        PasswordGrant: {
            /**
             * @description The grant; only this one can be used here.
             * @example password
             * @enum {string}
             */
            grant_type: "password";
            /**
             * @description The e-mail address of the account.
             * @example ada@example.com
             */
            username: string;
            password: components["schemas"]["CurrentPassword"];
            scope?: components["schemas"]["ScopeRequest"];
            /**
             * @description Ignored; OAuth clients may send it.
             * @example docs
             */
            client_id?: string;
            /**
             * @description Ignored; OAuth clients may send it.
             * @example
             */
            client_secret?: string;
        };
        /** @description The refresh token of a session. */
        RefreshRequest: {
            refresh_token: components["schemas"]["RefreshToken"];
        };
        /** @description The tokens of a session (RFC 6749 section 5.1) and the account they belong to. */
        TokenSet: {
            /**
             * @description Goes into the `Authorization` header.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTk5ZjM5ZiJ9.c2lnbmF0dXJl
             */
            access_token: string;
            refresh_token: components["schemas"]["RefreshToken"];
            /**
             * @description How the access token is sent.
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * Format: int32
             * @description Life of the access token in seconds.
             * @example 900
             */
            expires_in: number;
            /**
             * @description What the access token may be used for, separated by spaces.
             * @example profile:read profile:write tasks:read tasks:write
             */
            scope: string;
            user: components["schemas"]["User"];
        };
        /**
         * @description What is to be done.
         * @example Buy milk
         */
        TaskTitle: string;
        /**
         * @description Whatever else there is to say, or null.
         * @example The blue carton.
         */
        TaskDescription: string | null;
        /**
         * @description How far the task is. Going to `completed` sets `completed_at`, leaving it clears it.
         * @example in_progress
         * @enum {string}
         */
        TaskStatus: "pending" | "in_progress" | "completed" | "cancelled";
        /**
         * @description How much the task matters.
         * @example high
         * @enum {string}
         */
        TaskPriority: "none" | "low" | "medium" | "high" | "urgent";
        /** @description Something that the user wants to get done. */
        Task: {
            id: components["schemas"]["Uuid"];
            user_id: components["schemas"]["Uuid"];
            title: components["schemas"]["TaskTitle"];
            description: components["schemas"]["TaskDescription"];
            status: components["schemas"]["TaskStatus"];
            priority: components["schemas"]["TaskPriority"];
            version: components["schemas"]["Version"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description When the task was completed, or null while it is not.
             * @example null
             */
            completed_at: string | null;
        };
        /** @description What a new task is made of. */
        TaskCreate: {
            title: components["schemas"]["TaskTitle"];
            /** @default null */
            description: components["schemas"]["TaskDescription"];
            /** @default pending */
            status: components["schemas"]["TaskStatus"];
            /** @default none */
            priority: components["schemas"]["TaskPriority"];
        };
        /** @description Every field of a task that can be written; one that is left out goes back to its default. */
        TaskReplace: {
            title: components["schemas"]["TaskTitle"];
            /** @default null */
            description: components["schemas"]["TaskDescription"];
            /** @default pending */
            status: components["schemas"]["TaskStatus"];
            /** @default none */
            priority: components["schemas"]["TaskPriority"];
        };
        /** @description Merge patch of a task. */
        TaskUpdate: {
            title?: components["schemas"]["TaskTitle"];
            description?: components["schemas"]["TaskDescription"];
            status?: components["schemas"]["TaskStatus"];
            priority?: components["schemas"]["TaskPriority"];
        };
        /** @description One page of tasks. By cursor, `total`, `page` and `pages` are null. */
        TaskList: {
            /** @description The tasks of this page. */
            items: components["schemas"]["Task"][];
            /**
             * Format: int32
             * @description How many tasks match, or null by cursor.
             * @example 1
             */
            total: number | null;
            /**
             * Format: int32
             * @description Number of this page, or null by cursor.
             * @example 1
             */
            page: number | null;
            /**
             * Format: int32
             * @description How many tasks a page holds at most.
             * @example 20
             */
            size: number;
            /**
             * Format: int32
             * @description How many pages there are, or null by cursor.
             * @example 1
             */
            pages: number | null;
            /**
             * @description Where the next page starts, or null when this is the last one.
             * @example null
             */
            next_cursor: string | null;
        };
        /** @description State of the server. */
        Health: {
            status: components["schemas"]["ProbeStatus"];
            /**
             * @description Version of the server (Semantic Versioning 2.0.0).
             * @example 0.1.0
             */
            version: string;
            /**
             * Format: int32
             * @description Seconds since the process started.
             * @example 86400
             */
            uptime: number;
            database: components["schemas"]["ProbeStatus"];
        };
        /**
         * @description The only good answer; any other state is a 503.
         * @example ok
         * @enum {string}
         */
        ProbeStatus: "ok";
        /** @description Answer of a probe. */
        ProbeResult: {
            status: components["schemas"]["ProbeStatus"];
        };
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Address of a page that explains the code.
             * @example /docs/problems/validation_failed
             */
            type: string;
            /**
             * @description What the code means; always the same for a code.
             * @example The request breaks the contract
             */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 422
             */
            status: number;
            /**
             * @description What went wrong this time, for people.
             * @example 2 fields are not valid.
             */
            detail: string;
            /**
             * Format: uri-reference
             * @description Path of the request.
             * @example /api/v1/tasks
             */
            instance: string;
            code: components["schemas"]["ProblemCode"];
            /**
             * @description The `X-Request-Id` of the answer.
             * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
             */
            request_id: string;
            /** @description Each field that is wrong; only with `validation_failed`. */
            errors?: components["schemas"]["FieldError"][];
            current?: components["schemas"]["CurrentResource"];
        };
        /** @description The resource as it is now; only with `precondition_failed`. */
        CurrentResource: components["schemas"]["Task"] | components["schemas"]["User"];
        /** @description One field that is wrong. It has either a `pointer` or a `parameter`. */
        FieldError: {
            /**
             * Format: json-pointer
             * @description Where in the body (JSON Pointer, RFC 6901); empty for the whole body.
             * @example /title
             */
            pointer?: string;
            /**
             * @description Name of the query, path or header parameter.
             * @example size
             */
            parameter?: string;
            code: components["schemas"]["FieldErrorCode"];
            /**
             * @description What is wrong with it, for people.
             * @example must be <= 100
             */
            message: string;
        };
        /**
         * @description What is wrong with a field, for programs.
         * @example too_short
         * @enum {string}
         */
        FieldErrorCode: "common_password" | "duplicate_items" | "empty" | "format" | "invalid" | "invalid_characters" | "not_allowed" | "pattern" | "required" | "too_big" | "too_few_items" | "too_long" | "too_many_items" | "too_short" | "too_small" | "type" | "unknown";
        /**
         * @description What went wrong, for programs. Each code has one status and one title.
         * @example validation_failed
         * @enum {string}
         */
        ProblemCode: "conflict" | "email_taken" | "forbidden" | "insufficient_scope" | "internal_error" | "invalid_credentials" | "invalid_refresh_token" | "malformed_request" | "method_not_allowed" | "not_found" | "payload_too_large" | "precondition_failed" | "request_header_too_large" | "request_timeout" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
    };
    responses: {
        /** @description Done. There is nothing to say. */
        NoContent: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The resource is still the one that `If-None-Match` names. */
        NotModified: {
            headers: {
                ETag: components["headers"]["ETag"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request could not be read at all, for example because the body is not valid JSON. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/malformed_request",
                 *       "title": "The request can't be read",
                 *       "status": 400,
                 *       "detail": "The body is not valid JSON.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "malformed_request",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The access token is missing, malformed, expired or revoked. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/unauthenticated",
                 *       "title": "A valid access token is needed",
                 *       "status": 401,
                 *       "detail": "The access token has expired.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "unauthenticated",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unknown address or wrong password; which of them is not said. */
        InvalidCredentials: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/invalid_credentials",
                 *       "title": "Wrong e-mail address or password",
                 *       "status": 401,
                 *       "detail": "The e-mail address or the password is wrong.",
                 *       "instance": "/api/v1/auth/login",
                 *       "code": "invalid_credentials",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The refresh token is unknown, expired, revoked or was used before. */
        InvalidRefreshToken: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/invalid_refresh_token",
                 *       "title": "The refresh token is not valid",
                 *       "status": 401,
                 *       "detail": "The refresh token is not valid any more. Log in again.",
                 *       "instance": "/api/v1/auth/refresh",
                 *       "code": "invalid_refresh_token",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The access token is valid but lacks the scope that the operation needs. */
        InsufficientScope: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/insufficient_scope",
                 *       "title": "The access token lacks a scope",
                 *       "status": 403,
                 *       "detail": "This operation needs the scope tasks:write.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "insufficient_scope",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is somebody else's. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/not_found",
                 *       "title": "There is no such resource",
                 *       "status": 404,
                 *       "detail": "There is no such task.",
                 *       "instance": "/api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a",
                 *       "code": "not_found",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is an account with this e-mail address already. */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/email_taken",
                 *       "title": "The e-mail address is taken",
                 *       "status": 409,
                 *       "detail": "There is an account with this e-mail address already.",
                 *       "instance": "/api/v1/auth/register",
                 *       "code": "email_taken",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource has changed since the `If-Match` that was sent. `current` is what it is now. */
        PreconditionFailed: {
            headers: {
                ETag: components["headers"]["ETag"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/precondition_failed",
                 *       "title": "The resource has changed",
                 *       "status": 412,
                 *       "detail": "The resource has changed since you read it. Its current version is in this answer.",
                 *       "instance": "/api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a",
                 *       "code": "precondition_failed",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11",
                 *       "current": {
                 *         "id": "0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a",
                 *         "user_id": "0199f39f-11d2-7b60-8a4e-97c10f3de5b7",
                 *         "title": "Buy milk",
                 *         "description": "The blue carton.",
                 *         "status": "in_progress",
                 *         "priority": "high",
                 *         "version": 3,
                 *         "created_at": "2026-11-21T09:30:00.000Z",
                 *         "updated_at": "2026-11-21T09:45:12.345Z",
                 *         "completed_at": null
                 *       }
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the server takes (100 kB). */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/payload_too_large",
                 *       "title": "The body is too large",
                 *       "status": 413,
                 *       "detail": "The body is larger than the server takes.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "payload_too_large",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The `Content-Type` is missing or not one that the operation takes, or its charset is not UTF-8. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/unsupported_media_type",
                 *       "title": "The media type is not supported",
                 *       "status": 415,
                 *       "detail": "This operation takes application/json.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "unsupported_media_type",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request was read, but it breaks the contract. `errors` names each field that is wrong. */
        ValidationFailed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/validation_failed",
                 *       "title": "The request breaks the contract",
                 *       "status": 422,
                 *       "detail": "2 fields are not valid.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "validation_failed",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11",
                 *       "errors": [
                 *         {
                 *           "pointer": "/title",
                 *           "code": "too_short",
                 *           "message": "must NOT have fewer than 1 characters"
                 *         },
                 *         {
                 *           "parameter": "size",
                 *           "code": "too_big",
                 *           "message": "must be <= 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server made a mistake. The request id helps to find it in the logs. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/internal_error",
                 *       "title": "The server made a mistake",
                 *       "status": 500,
                 *       "detail": "Something went wrong on our side.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "internal_error",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server, or something that it needs, is busy or away for the moment. Nothing was changed. */
        ServiceUnavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/unavailable",
                 *       "title": "Try again in a moment",
                 *       "status": 503,
                 *       "detail": "The database is not available at the moment.",
                 *       "instance": "/api/v1/tasks",
                 *       "code": "unavailable",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description Id of the task.
         * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
         */
        TaskId: components["schemas"]["Uuid"];
        /**
         * @description Entity tags from an earlier answer, or `*`. The write happens only if one of them is the resource's current
         *     one; otherwise the answer is a 412 that carries the resource as it is now.
         * @example "3"
         */
        IfMatch: components["schemas"]["EntityTagList"];
        /**
         * @description Entity tags from an earlier answer, or `*`. If one of them is still current the answer is an empty 304.
         * @example "3"
         */
        IfNoneMatch: components["schemas"]["EntityTagList"];
        /**
         * @description Only tasks with one of these statuses. Repeat the parameter for several.
         * @example [
         *       "pending",
         *       "in_progress"
         *     ]
         */
        StatusFilter: components["schemas"]["TaskStatus"][];
        /**
         * @description Only tasks with one of these priorities. Repeat the parameter for several.
         * @example [
         *       "high",
         *       "urgent"
         *     ]
         */
        PriorityFilter: components["schemas"]["TaskPriority"][];
        /**
         * @description Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`.
         * @example 1
         */
        Page: number;
        /**
         * @description The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with `page`.
         * @example MjAyNi0xMS0yMVQwOTozMDowMC4wMDBa.kR2m9h1J4nW8
         */
        Cursor: string;
        /**
         * @description How many items a page holds at most. A value out of range is refused, not clamped.
         * @example 20
         */
        Size: number;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3).
         * @example "3"
         */
        ETag: string;
        /**
         * @description Where the new resource can be read (RFC 9110 section 10.2.2).
         * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
         */
        Location: string;
        /**
         * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
         *     by cursor names `first` and `next` only.
         * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
         */
        Link: string;
        /**
         * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
         * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
         */
        RequestId: string;
        /**
         * @description Seconds to wait before trying again (RFC 9110 section 10.2.3).
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description Which credentials are wanted (RFC 6750 section 3).
         * @example Bearer realm="taskpact", error="invalid_token"
         */
        WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    registerUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserRegister"];
            };
        };
        responses: {
            /** @description The account exists and the caller is logged in. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginCredentials"];
                "application/x-www-form-urlencoded": components["schemas"]["PasswordGrant"];
            };
        };
        responses: {
            /** @description Logged in. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidCredentials"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The session goes on with these tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidRefreshToken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. If one of them is still current the answer is an empty 304.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. The write happens only if one of them is the resource's current
                 *     one; otherwise the answer is a 412 that carries the resource as it is now.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
                "application/merge-patch+json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /**
                 * @description Only tasks with one of these statuses. Repeat the parameter for several.
                 * @example [
                 *       "pending",
                 *       "in_progress"
                 *     ]
                 */
                status?: components["parameters"]["StatusFilter"];
                /**
                 * @description Only tasks with one of these priorities. Repeat the parameter for several.
                 * @example [
                 *       "high",
                 *       "urgent"
                 *     ]
                 */
                priority?: components["parameters"]["PriorityFilter"];
                /**
                 * @description Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`.
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description The `next_cursor` of an earlier answer to the same caller with the same filters. Not together with `page`.
                 * @example MjAyNi0xMS0yMVQwOTozMDowMC4wMDBa.kR2m9h1J4nW8
                 */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description How many items a page holds at most. A value out of range is refused, not clamped.
                 * @example 20
                 */
                size?: components["parameters"]["Size"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of tasks. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description The task exists. */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. If one of them is still current the answer is an empty 304.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replaceTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. The write happens only if one of them is the resource's current
                 *     one; otherwise the answer is a 412 that carries the resource as it is now.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskReplace"];
            };
        };
        responses: {
            /** @description The task as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. The write happens only if one of them is the resource's current
                 *     one; otherwise the answer is a 412 that carries the resource as it is now.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. The write happens only if one of them is the resource's current
                 *     one; otherwise the answer is a 412 that carries the resource as it is now.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskUpdate"];
                "application/merge-patch+json": components["schemas"]["TaskUpdate"];
            };
        };
        responses: {
            /** @description The task as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["InsufficientScope"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that the server needs is there. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeResult"];
                };
            };
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send requests. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeResult"];
                };
            };
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
