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
         *     the docs page and other OAuth clients send. An unknown address and a wrong password get the same answer. An account
         *     has a limited number of sessions, as many as listSessions can answer; a login beyond that ends the one that was used
         *     least recently.
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
         *
         *     The scopes are those of the session, as far as the role of the account still has them. With `Token-Transport`
         *     cookie the token comes from the cookie and the body is `{}`; a token in the body is then a 422, and so is a cookie
         *     that is missing, at `/refresh_token`. A cookie that is not good any more is removed by the 401.
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
         *     alike (RFC 7009 section 2.2). With `Token-Transport` cookie the token comes from the cookie, as for refreshSession,
         *     and the cookie is removed.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove an e-mail address
         * @description Takes the token of the link that was sent to the address. It proves the address of a new account, or makes the new
         *     address of requestEmailChange the account's address. A token works once and for a limited time; one that is not good
         *     any more is a 422 at `/token`.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/email/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the verification mail again
         * @description Answers the same, after the same time, whether or not there is such an account; a mail is sent only if there is one
         *     whose address is not proved yet.
         */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new password
         * @description Sends a link to the address. Answers the same, after the same time, whether or not there is such an account.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by mail
         * @description Takes the token of the link that requestPasswordReset sent. It works once and for a limited time; one that is not good
         *     any more is a 422 at `/token`. Ends all sessions and personal access tokens of the account.
         */
        post: operations["resetPassword"];
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
        /**
         * Delete the account
         * @description Removes the account and everything that belongs to it, at once and for good. Needs a login that is not older than five
         *     minutes: an older session is answered by a 403 with the code `reauthentication_required`; log in again and repeat.
         *     The last admin can't be deleted.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        /**
         * Change the caller's account
         * @description JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the password
         * @description Ends all other sessions of the account; personal access tokens stay. A wrong current password is a 422 at
         *     `/current_password`, and counts as a failed login. A new password that is widely used, or the current one, is a 422 at
         *     `/new_password`. An account that has no password, because it logs in elsewhere, is answered by a 409.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the e-mail address
         * @description Sends a link to the new address; the change happens when it is followed (verifyEmail). The old address is told. The
         *     answer does not tell whether the new address belongs to another account. A wrong current password is a 422 at
         *     `/current_password`. An account that has no password is answered by a 409.
         */
        post: operations["requestEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions
         * @description Where the account is logged in, the session that was used last first. Requests and refreshes are uses;
         *     `last_used_at` is exact to the minute.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * End all other sessions
         * @description Ends every session of the account but the one that asks.
         */
        delete: operations["revokeOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the session.
                 * @example 0199f39f-2b40-7c11-9a3e-1d2c3b4a5f60
                 */
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description Its refresh token stops working at once, its access tokens at once on this server and within ten seconds on others.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the personal access tokens
         * @description The newest first. The tokens themselves were shown when they were made, and never again.
         */
        get: operations["listAccessTokens"];
        put?: never;
        /**
         * Create a personal access token
         * @description For programs that act for the user. The answer is the only place where the token is ever shown. It can have no scope
         *     that the session or the role lacks, and never the scope `account:manage`: a token can't make tokens, nor change the
         *     password. An account that has as many tokens as a list can hold is answered by a 409.
         */
        post: operations["createAccessToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the personal access token.
                 * @example 0199f3a1-5c20-7d84-8b1f-6e5d4c3b2a10
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a personal access token
         * @description It stops working at once on this server and within ten seconds on others.
         */
        delete: operations["revokeAccessToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export everything
         * @description All that is stored of the account, as one JSON document. It is streamed: an account of any size can be exported. A
         *     document that ends early is not valid JSON, so it can't be taken for a complete one.
         */
        get: operations["exportMyData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * @description The caller's tasks, newest first unless `sort` says otherwise. With `page` (or neither `page` nor `cursor`) the answer
         *     counts everything; with `cursor` it goes on from where another answer's `next_cursor` points, at the same cost for any
         *     depth. A cursor works for the filters and the order it was made with. A list that depends on the time of day (`due`
         *     overdue or today) has no ETag.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Only the title is required. A task that is created as completed gets `completed_at` at once; tags that are not there
         *     yet are created. A client may choose the `id`: the same task sent again under the same id is a 200, another one a 409.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many tasks
         * @description Up to 100 changes in one request, in their order. With `atomic` (the default) all of them happen or none: the first that
         *     fails is the answer. Without it each has a result of its own, with the status it would have had alone.
         */
        post: operations["batchTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count tasks
         * @description Numbers about the caller's tasks as they are now. Days are those of the user's time zone.
         */
        get: operations["getTaskStats"];
        put?: never;
        post?: never;
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
         * @description A task that belongs to somebody else, or is in the trash, is answered exactly like one that does not exist.
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
         * @description Puts the task and its subtasks into the trash: they leave every list and answer 404, but can be restored. What is in the
         *     trash goes for good after 30 days, or at once with `permanent`.
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
    "/api/v1/tasks/{task_id}/complete": {
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
        get?: never;
        put?: never;
        /**
         * Complete a task
         * @description Sets the status to completed. Subtasks stay as they are. A task that is completed already stays as it is.
         */
        post: operations["completeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/reopen": {
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
        get?: never;
        put?: never;
        /**
         * Reopen a task
         * @description Sets the status of a task that is completed or cancelled to pending. One that is open already stays as it is.
         */
        post: operations["reopenTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/move": {
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
        get?: never;
        put?: never;
        /**
         * Move a task in the manual order
         * @description Gives the task the `position` right before or after another one. Only this task changes.
         */
        post: operations["moveTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/restore": {
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
        get?: never;
        put?: never;
        /**
         * Take a task out of the trash
         * @description With the subtasks that were deleted together with it. A subtask whose parent is gone comes back as a task of its own, and a
         *     task whose project is gone comes back without one. A task that is not in the trash stays as it is.
         */
        post: operations["restoreTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/history": {
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
         * Read what happened to a task
         * @description Every change with who made it, which fields it changed and how, the newest first; also of a task in the trash.
         */
        get: operations["listTaskHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
            };
            cookie?: never;
        };
        /**
         * List tasks of a user
         * @description The caller's tasks, newest first unless `sort` says otherwise. With `page` (or neither `page` nor `cursor`) the answer
         *     counts everything; with `cursor` it goes on from where another answer's `next_cursor` points, at the same cost for any
         *     depth. A cursor works for the filters and the order it was made with. A list that depends on the time of day (`due`
         *     overdue or today) has no ETag.
         */
        get: operations["listUserTasks"];
        put?: never;
        /**
         * Create a task of a user
         * @description Only the title is required. A task that is created as completed gets `completed_at` at once; tags that are not there
         *     yet are created. A client may choose the `id`: the same task sent again under the same id is a 200, another one a 409.
         */
        post: operations["createUserTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
                /**
                 * @description Id of the task.
                 * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                 */
                task_id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Read a task of a user
         * @description A task that belongs to somebody else, or is in the trash, is answered exactly like one that does not exist.
         */
        get: operations["getUserTask"];
        /**
         * Replace a task of a user
         * @description Writes every field; one that is left out goes back to its default. Prefer PATCH unless the whole task is meant.
         */
        put: operations["replaceUserTask"];
        post?: never;
        /**
         * Delete a task of a user
         * @description Puts the task and its subtasks into the trash: they leave every list and answer 404, but can be restored. What is in the
         *     trash goes for good after 30 days, or at once with `permanent`.
         */
        delete: operations["deleteUserTask"];
        options?: never;
        head?: never;
        /**
         * Change a task of a user
         * @description JSON merge patch (RFC 7396). A field that is absent keeps its value, null clears it. A patch that changes nothing
         *     leaves `updated_at` and the ETag alone.
         */
        patch: operations["updateUserTask"];
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List projects
         * @description The caller's projects in their manual order unless `sort` says otherwise; archived ones are among them.
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create a project
         * @description The same project sent again under an `id` that the client has chosen is a 200, another one a 409.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        /**
         * Read a project
         * @description A project that belongs to somebody else, or is in the trash, is answered exactly like one that does not exist.
         */
        get: operations["getProject"];
        /**
         * Replace a project
         * @description Writes every field; one that is left out goes back to its default, but the position stays if it is left out.
         */
        put: operations["replaceProject"];
        post?: never;
        /**
         * Delete a project
         * @description Puts the project into the trash, which loses it after 30 days. `tasks` says what happens to its tasks: they stay without a
         *     project, or go into the trash with it.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /**
         * Change a project
         * @description JSON merge patch (RFC 7396). A patch that changes nothing leaves `updated_at` and the ETag alone.
         */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a project out of the trash
         * @description With the tasks that were deleted together with it. A project that is not in the trash stays as it is.
         */
        post: operations["restoreProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tags
         * @description The caller's tags by name unless `sort` says otherwise.
         */
        get: operations["listTags"];
        put?: never;
        /**
         * Create a tag
         * @description Tags also come into being when a task is given a new name. Names are unique, whatever the case: another tag with the same
         *     name is a 409. The same tag sent again under an `id` that the client has chosen is a 200.
         */
        post: operations["createTag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{tag_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the tag.
                 * @example 0199f3a1-5e90-7a44-b1c3-0d8e7f6a5b92
                 */
                tag_id: components["parameters"]["TagId"];
            };
            cookie?: never;
        };
        /**
         * Read a tag
         * @description A tag that belongs to somebody else is answered exactly like one that does not exist.
         */
        get: operations["getTag"];
        put?: never;
        post?: never;
        /**
         * Delete a tag
         * @description Takes the tag off every task. It can not be restored.
         */
        delete: operations["deleteTag"];
        options?: never;
        head?: never;
        /**
         * Change a tag
         * @description JSON merge patch (RFC 7396). A new name shows on every task that has the tag, at once.
         */
        patch: operations["updateTag"];
        trace?: never;
    };
    "/api/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description All accounts, newest first unless `sort` says otherwise.
         */
        get: operations["adminListUsers"];
        put?: never;
        /**
         * Create an account
         * @description Without a password the user gets a mail with a link to choose one.
         */
        post: operations["adminCreateUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        /**
         * Read an account
         * @description The account, and nothing of what belongs to it.
         */
        get: operations["adminGetUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Removes the account and everything that belongs to it, at once and for good. The last admin can't be deleted.
         */
        delete: operations["adminDeleteUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description JSON merge patch (RFC 7396). Disabling an account and changing its role end its sessions. The last admin who is not
         *     disabled keeps the role: taking it away is a 409.
         */
        patch: operations["adminUpdateUser"];
        trace?: never;
    };
    "/api/v1/admin/users/{user_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End all sessions of an account
         * @description The user has to log in again everywhere. Personal access tokens stay.
         */
        delete: operations["adminRevokeSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count accounts and sessions
         * @description Numbers for a dashboard, and nothing of what users write.
         */
        get: operations["adminGetStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
        /** @description The refresh token of a session. Left out if, and only if, it travels in the cookie. */
        RefreshRequest: {
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description The tokens of a session (RFC 6749 section 5.1) and the account they belong to. */
        TokenSet: {
            /**
             * @description Goes into the `Authorization` header.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTk5ZjM5ZiJ9.c2lnbmF0dXJl
             */
            access_token: string;
            /**
             * @description An opaque token that works once; null when it travels in the cookie.
             * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
             */
            refresh_token: string | null;
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
             * @example profile:read profile:write tasks:read tasks:write account:manage
             */
            scope: string;
            user: components["schemas"]["User"];
        };
        /**
         * @description A token that came by mail. It works once and for a limited time.
         * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
         */
        MailedToken: string;
        /** @description Where to send a mail, if there is such an account. */
        EmailRequest: {
            email: components["schemas"]["Email"];
        };
        /** @description The proof that an address is one's own. */
        EmailVerification: {
            token: components["schemas"]["MailedToken"];
        };
        /** @description The proof that the address is one's own, and a new password. */
        PasswordReset: {
            token: components["schemas"]["MailedToken"];
            password: components["schemas"]["NewPassword"];
        };
        /** @description The password and what it is to be. */
        PasswordChange: {
            current_password: components["schemas"]["CurrentPassword"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The address that the account is to have, and the password. */
        EmailChange: {
            email: components["schemas"]["Email"];
            current_password: components["schemas"]["CurrentPassword"];
        };
        /** @description A place where the account is logged in. It ends at `expires_at` at the latest, and earlier if it is not used for long. */
        Session: {
            id: components["schemas"]["Uuid"];
            created_at: components["schemas"]["Timestamp"];
            last_used_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"];
            /**
             * @description What the client called itself when it logged in, cut if it was long, or null.
             * @example Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
             */
            user_agent: string | null;
            /**
             * @description The address that the client logged in from, or null when it is not known.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description Whether this is the session that asks.
             * @example true
             */
            current: boolean;
        };
        /** @description The sessions of an account; there are never more than fit here, as a login ends one that is too many. */
        SessionList: {
            /** @description The sessions, the one that was used last first. */
            items: components["schemas"]["Session"][];
        };
        /**
         * @description What a personal access token may be used for.
         * @example tasks:read
         * @enum {string}
         */
        TokenScope: "profile:read" | "profile:write" | "tasks:read" | "tasks:write" | "users:read" | "users:write";
        /**
         * @description What the token is for, so that it can be told from others.
         * @example Nightly backup
         */
        AccessTokenName: string;
        /** @description A personal access token, without the token itself. */
        AccessToken: {
            id: components["schemas"]["Uuid"];
            name: components["schemas"]["AccessTokenName"];
            /** @description What it may be used for. */
            scopes: components["schemas"]["TokenScope"][];
            /**
             * @description How the token begins, so that one that was found somewhere can be told from the others.
             * @example tp_u9Y1r0w1
             */
            prefix: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description When it was used last, give or take a minute, or null.
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description When it stops working, or null when it does not by itself.
             * @example null
             */
            expires_at: string | null;
        };
        /** @description What a new personal access token is made of. */
        AccessTokenCreate: {
            name: components["schemas"]["AccessTokenName"];
            /** @description What it may be used for; nothing that the session itself may not. */
            scopes: components["schemas"]["TokenScope"][];
            /**
             * Format: date-time
             * @description When it stops working, an instant in the future; null for never.
             * @default null
             * @example 2027-11-21T00:00:00.000Z
             */
            expires_at: string | null;
        };
        /** @description A new personal access token. This is the only time that it is shown. */
        CreatedAccessToken: {
            /**
             * @description Goes into the `Authorization` header, like an access token of a session.
             * @example tp_u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g_AZqvLVQhfiCBk0Yqz3Y5uw_1x2y3z
             */
            token: string;
            access_token: components["schemas"]["AccessToken"];
        };
        /** @description The personal access tokens of an account; there are never more than fit here. */
        AccessTokenList: {
            /** @description The tokens, newest first. */
            items: components["schemas"]["AccessToken"][];
        };
        /** @description Everything that is stored of an account. Secrets, which are stored as hashes, are not in it. */
        DataExport: {
            /**
             * @description Tells what the document is.
             * @example taskpact-export
             * @enum {string}
             */
            format: "taskpact-export";
            /**
             * Format: int32
             * @description Version of the format; a change that could break a reader raises it.
             * @example 1
             */
            version: number;
            exported_at: components["schemas"]["Timestamp"];
            user: components["schemas"]["User"];
            /** @description Who the user is at other issuers. */
            identities: components["schemas"]["ExternalIdentity"][];
            /** @description The sessions that are alive. */
            sessions: components["schemas"]["Session"][];
            /** @description The personal access tokens. */
            access_tokens: components["schemas"]["AccessToken"][];
            /** @description All projects, those in the trash included, the oldest first. */
            projects: components["schemas"]["Project"][];
            /** @description All tags, the oldest first. */
            tags: components["schemas"]["Tag"][];
            /** @description All tasks, those in the trash included, the oldest first. */
            tasks: components["schemas"]["Task"][];
            /** @description All changes that were ever made, in their order. */
            events: components["schemas"]["Event"][];
        };
        /** @description A login at another issuer that leads to the account. */
        ExternalIdentity: {
            /**
             * @description The `iss` of its tokens.
             * @example https://app.example.com
             */
            issuer: string;
            /**
             * @description The `sub` of its tokens, which is what the issuer calls the user.
             * @example sPYS77fgwH8C37Zoh9JsMxLAjVGRPF32
             */
            subject: string;
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A change of the user's data. */
        Event: {
            /**
             * Format: int64
             * @description Numbers the changes of a user, from 1, without gaps.
             * @example 1
             */
            seq: number;
            /**
             * @description What happened.
             * @example task.updated
             */
            type: string;
            /**
             * @description What kind of thing it happened to.
             * @example task
             */
            resource: string;
            resource_id: components["schemas"]["Uuid"];
            /** @description Names of the fields that changed. */
            changed: string[];
            /**
             * @description The changed fields as they were, or null when there was nothing before.
             * @example {
             *       "status": "pending"
             *     }
             */
            before: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The changed fields as they are.
             * @example {
             *       "status": "completed"
             *     }
             */
            after: {
                [key: string]: unknown;
            };
            at: components["schemas"]["Timestamp"];
            /**
             * @description Who did it.
             * @example user:0199f39f-11d2-7b60-8a4e-97c10f3de5b7
             */
            actor: string;
        };
        /** @description What an admin makes an account of. */
        AdminUserCreate: {
            email: components["schemas"]["Email"];
            password?: components["schemas"]["NewPassword"];
            /** @default null */
            name: components["schemas"]["PersonName"];
            /** @default user */
            role: components["schemas"]["UserRole"];
            /** @default UTC */
            timezone: components["schemas"]["TimeZone"];
        };
        /** @description Merge patch of somebody's account. */
        AdminUserUpdate: {
            name?: components["schemas"]["PersonName"];
            role?: components["schemas"]["UserRole"];
            timezone?: components["schemas"]["TimeZone"];
            /**
             * @description Whether the account is locked out. Locking it ends its sessions and silences its tokens.
             * @example true
             */
            disabled?: boolean;
        };
        /** @description One page of accounts. */
        UserList: {
            /** @description The accounts of this page. */
            items: components["schemas"]["User"][];
            /**
             * Format: int32
             * @description How many accounts match.
             * @example 1
             */
            total: number;
            /**
             * Format: int32
             * @description Number of this page.
             * @example 1
             */
            page: number;
            /**
             * Format: int32
             * @description How many accounts a page holds at most.
             * @example 20
             */
            size: number;
            /**
             * Format: int32
             * @description How many pages there are.
             * @example 1
             */
            pages: number;
        };
        /**
         * Format: int32
         * @description How many there are.
         * @example 42
         */
        Count: number;
        /** @description Numbers about all accounts. */
        AdminStats: {
            /** @description Numbers of accounts. Active is who has used a session or a token. */
            users: {
                total: components["schemas"]["Count"];
                admins: components["schemas"]["Count"];
                disabled: components["schemas"]["Count"];
                unverified: components["schemas"]["Count"];
                created_last_30_days: components["schemas"]["Count"];
                active_last_30_days: components["schemas"]["Count"];
            };
            /** @description Numbers of sessions. */
            sessions: {
                active: components["schemas"]["Count"];
            };
            /** @description Numbers of personal access tokens. */
            access_tokens: {
                active: components["schemas"]["Count"];
            };
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
        /**
         * Format: uuid
         * @description The id of something else, or null.
         * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
         * @example null
         */
        NullableUuid: string | null;
        /**
         * Format: date-time
         * @description An instant in UTC (RFC 3339), or null while it has not come.
         * @example null
         */
        NullableTimestamp: string | null;
        /**
         * @description Place in the manual order: texts that sort as their characters do. Between any two there is another one (fractional
         *     index).
         * @example jZ8kQ2m4Xa1
         */
        Position: string;
        /**
         * @description Red, green and blue in hexadecimal, or null.
         * @example #3366cc
         */
        Color: string | null;
        /**
         * @description Name of a tag, without blanks at its ends. Unique for a user, whatever the case.
         * @example errands
         */
        TagName: string;
        /**
         * @description Names of the task's tags, by name. Tags that are not there yet are created.
         * @example [
         *       "errands"
         *     ]
         */
        TagNames: components["schemas"]["TagName"][];
        /**
         * Format: date
         * @description A day of the calendar (RFC 3339 full-date), from the year 1.
         * @example 2026-11-28
         */
        LocalDate: string;
        /**
         * @description Hours and minutes of the day, or null for the whole day.
         * @example 18:00
         */
        LocalTime: string | null;
        /**
         * Format: time-zone
         * @description IANA time zone of the time, or null for the zone that the user is in, wherever that is. Only with a time.
         * @example Europe/London
         * @example null
         */
        DueTimeZone: string | null;
        /**
         * @description When the task is to be done, or null. Without a time it is the whole day, without a time zone it moves with the user.
         * @example {
         *       "date": "2026-11-28",
         *       "time": "18:00",
         *       "timezone": null
         *     }
         */
        Due: {
            date: components["schemas"]["LocalDate"];
            time: components["schemas"]["LocalTime"];
            timezone: components["schemas"]["DueTimeZone"];
        } | null;
        /**
         * @description When the task is to be done, or null.
         * @example {
         *       "date": "2026-11-28"
         *     }
         */
        DueCreate: {
            date: components["schemas"]["LocalDate"];
            /** @default null */
            time: components["schemas"]["LocalTime"];
            /** @default null */
            timezone: components["schemas"]["DueTimeZone"];
        } | null;
        /**
         * @description Merge patch of when the task is to be done; null makes it a task without a due date.
         * @example {
         *       "date": "2026-11-29"
         *     }
         */
        DueUpdate: {
            date?: components["schemas"]["LocalDate"];
            time?: components["schemas"]["LocalTime"];
            timezone?: components["schemas"]["DueTimeZone"];
        } | null;
        /** @description Something that the user wants to get done. */
        Task: {
            id: components["schemas"]["Uuid"];
            user_id: components["schemas"]["Uuid"];
            project_id: components["schemas"]["NullableUuid"];
            parent_id: components["schemas"]["NullableUuid"];
            title: components["schemas"]["TaskTitle"];
            description: components["schemas"]["TaskDescription"];
            status: components["schemas"]["TaskStatus"];
            priority: components["schemas"]["TaskPriority"];
            due: components["schemas"]["Due"];
            due_at: components["schemas"]["NullableTimestamp"];
            tags: components["schemas"]["TagNames"];
            position: components["schemas"]["Position"];
            /**
             * @description Whether the task is open and `due_at` has passed.
             * @example false
             */
            is_overdue: boolean;
            version: components["schemas"]["Version"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            completed_at: components["schemas"]["NullableTimestamp"];
            deleted_at: components["schemas"]["NullableTimestamp"];
        };
        /** @description What a new task is made of. A subtask (`parent_id`) is in the project of its parent. */
        TaskCreate: {
            id?: components["schemas"]["Uuid"];
            title: components["schemas"]["TaskTitle"];
            /** @default null */
            description: components["schemas"]["TaskDescription"];
            /** @default pending */
            status: components["schemas"]["TaskStatus"];
            /** @default none */
            priority: components["schemas"]["TaskPriority"];
            /** @default null */
            project_id: components["schemas"]["NullableUuid"];
            /** @default null */
            parent_id: components["schemas"]["NullableUuid"];
            /** @default null */
            due: components["schemas"]["DueCreate"];
            /** @default [] */
            tags: components["schemas"]["TagNames"];
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
            /** @default null */
            project_id: components["schemas"]["NullableUuid"];
            /** @default null */
            parent_id: components["schemas"]["NullableUuid"];
            /** @default null */
            due: components["schemas"]["DueCreate"];
            /** @default [] */
            tags: components["schemas"]["TagNames"];
        };
        /** @description Merge patch of a task. */
        TaskUpdate: {
            title?: components["schemas"]["TaskTitle"];
            description?: components["schemas"]["TaskDescription"];
            status?: components["schemas"]["TaskStatus"];
            priority?: components["schemas"]["TaskPriority"];
            project_id?: components["schemas"]["NullableUuid"];
            parent_id?: components["schemas"]["NullableUuid"];
            due?: components["schemas"]["DueUpdate"];
            tags?: components["schemas"]["TagNames"];
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
        /** @description Where a task goes; exactly one of the two. */
        TaskMove: {
            /**
             * Format: uuid
             * @description The task that it comes right after, or null for the first place.
             * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
             * @example null
             */
            after?: string | null;
            /**
             * Format: uuid
             * @description The task that it comes right before, or null for the last place.
             * @example 0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
             * @example null
             */
            before?: string | null;
        };
        /** @description Changes of tasks. */
        TaskBatch: {
            /**
             * @description Whether all happen or none.
             * @default true
             * @example true
             */
            atomic: boolean;
            /** @description The changes, in their order. */
            operations: components["schemas"]["BatchOperation"][];
        };
        /**
         * @description One change: `create` has a `task`; `update` an `id` and a `patch`; `complete` and `delete` an `id`. What exists can be
         *     held to a version by `if_match`.
         */
        BatchOperation: {
            /**
             * @description What is to be done.
             * @example complete
             * @enum {string}
             */
            op: "create" | "update" | "complete" | "delete";
            id?: components["schemas"]["Uuid"];
            task?: components["schemas"]["TaskCreate"];
            patch?: components["schemas"]["TaskUpdate"];
            if_match?: components["schemas"]["EntityTagList"];
        };
        /** @description What became of each operation. */
        TaskBatchResult: {
            /** @description As many as there were operations, in their order. */
            results: components["schemas"]["BatchResult"][];
        };
        /** @description What became of an operation; what was deleted has neither a task nor a problem. */
        BatchResult: {
            /**
             * Format: int32
             * @description The HTTP status that the operation would have had alone.
             * @example 200
             */
            status: number;
            task?: components["schemas"]["Task"];
            problem?: components["schemas"]["Problem"];
        };
        /**
         * @description Numbers about the tasks that are not in the trash. Open are those that are pending or in progress, overdue those of them
         *     whose `due_at` has passed; due today are all whose `due_at` is today, whatever their status.
         */
        TaskStats: {
            total: components["schemas"]["Count"];
            open: components["schemas"]["Count"];
            overdue: components["schemas"]["Count"];
            due_today: components["schemas"]["Count"];
            /** @description How many tasks have each status. */
            by_status: {
                pending: components["schemas"]["Count"];
                in_progress: components["schemas"]["Count"];
                completed: components["schemas"]["Count"];
                cancelled: components["schemas"]["Count"];
            };
            /** @description How many open tasks have each priority. */
            by_priority: {
                none: components["schemas"]["Count"];
                low: components["schemas"]["Count"];
                medium: components["schemas"]["Count"];
                high: components["schemas"]["Count"];
                urgent: components["schemas"]["Count"];
            };
            /** @description Each day that was asked for, the earliest first. */
            completed_per_day: components["schemas"]["DayCount"][];
            timezone: components["schemas"]["TimeZone"];
        };
        /** @description How many tasks were completed on a day. */
        DayCount: {
            date: components["schemas"]["LocalDate"];
            count: components["schemas"]["Count"];
        };
        /** @description One page of changes. By cursor, `total`, `page` and `pages` are null. */
        EventList: {
            /** @description The changes of this page. */
            items: components["schemas"]["Event"][];
            /**
             * Format: int32
             * @description How many changes match, or null by cursor.
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
             * @description How many changes a page holds at most.
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
        /** @description How many tasks are in it that are not in the trash. Cancelled ones are neither. */
        TaskCounts: {
            open: components["schemas"]["Count"];
            completed: components["schemas"]["Count"];
        };
        /**
         * @description What the project is called.
         * @example Kitchen
         */
        ProjectName: string;
        /**
         * @description Whatever else there is to say, or null.
         * @example New tiles first.
         */
        ProjectDescription: string | null;
        /**
         * @description Whether the project is put aside. Its tasks are where they were.
         * @example false
         */
        Archived: boolean;
        /** @description What several tasks belong to. */
        Project: {
            id: components["schemas"]["Uuid"];
            name: components["schemas"]["ProjectName"];
            description: components["schemas"]["ProjectDescription"];
            color: components["schemas"]["Color"];
            archived: components["schemas"]["Archived"];
            position: components["schemas"]["Position"];
            task_counts: components["schemas"]["TaskCounts"];
            version: components["schemas"]["Version"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            deleted_at: components["schemas"]["NullableTimestamp"];
        };
        /** @description What a new project is made of. Without a position it is the last one. */
        ProjectCreate: {
            id?: components["schemas"]["Uuid"];
            name: components["schemas"]["ProjectName"];
            /** @default null */
            description: components["schemas"]["ProjectDescription"];
            /** @default null */
            color: components["schemas"]["Color"];
            /** @default false */
            archived: components["schemas"]["Archived"];
            position?: components["schemas"]["Position"];
        };
        /** @description Every field of a project that can be written; one that is left out goes back to its default. */
        ProjectReplace: {
            name: components["schemas"]["ProjectName"];
            /** @default null */
            description: components["schemas"]["ProjectDescription"];
            /** @default null */
            color: components["schemas"]["Color"];
            /** @default false */
            archived: components["schemas"]["Archived"];
            position?: components["schemas"]["Position"];
        };
        /** @description Merge patch of a project. */
        ProjectUpdate: {
            name?: components["schemas"]["ProjectName"];
            description?: components["schemas"]["ProjectDescription"];
            color?: components["schemas"]["Color"];
            archived?: components["schemas"]["Archived"];
            position?: components["schemas"]["Position"];
        };
        /** @description One page of projects. By cursor, `total`, `page` and `pages` are null. */
        ProjectList: {
            /** @description The projects of this page. */
            items: components["schemas"]["Project"][];
            /**
             * Format: int32
             * @description How many projects match, or null by cursor.
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
             * @description How many projects a page holds at most.
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
        /** @description A word that tasks can be found by. */
        Tag: {
            id: components["schemas"]["Uuid"];
            name: components["schemas"]["TagName"];
            color: components["schemas"]["Color"];
            task_count: components["schemas"]["Count"];
            version: components["schemas"]["Version"];
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description What a new tag is made of. */
        TagCreate: {
            id?: components["schemas"]["Uuid"];
            name: components["schemas"]["TagName"];
            /** @default null */
            color: components["schemas"]["Color"];
        };
        /** @description Merge patch of a tag. */
        TagUpdate: {
            name?: components["schemas"]["TagName"];
            color?: components["schemas"]["Color"];
        };
        /** @description One page of tags. By cursor, `total`, `page` and `pages` are null. */
        TagList: {
            /** @description The tags of this page. */
            items: components["schemas"]["Tag"][];
            /**
             * Format: int32
             * @description How many tags match, or null by cursor.
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
             * @description How many tags a page holds at most.
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
        CurrentResource: components["schemas"]["Task"] | components["schemas"]["Project"] | components["schemas"]["Tag"] | components["schemas"]["User"];
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
        FieldErrorCode: "common_password" | "duplicate_items" | "empty" | "expired" | "format" | "incorrect" | "invalid" | "invalid_characters" | "not_allowed" | "not_found" | "pattern" | "required" | "too_big" | "too_few_items" | "too_long" | "too_many_items" | "too_short" | "too_small" | "type" | "unknown";
        /**
         * @description What went wrong, for programs. Each code has one status and one title.
         * @example validation_failed
         * @enum {string}
         */
        ProblemCode: "conflict" | "email_taken" | "email_unverified" | "forbidden" | "identity_not_linked" | "insufficient_role" | "insufficient_scope" | "internal_error" | "invalid_credentials" | "invalid_refresh_token" | "last_admin" | "malformed_request" | "method_not_allowed" | "not_found" | "payload_too_large" | "precondition_failed" | "rate_limited" | "reauthentication_required" | "request_header_too_large" | "request_timeout" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "validation_failed";
    };
    responses: {
        /** @description Done. There is nothing to say. */
        NoContent: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Accepted. What follows, if anything does, comes by mail. */
        Accepted: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The session has ended, if there was one. */
        LoggedOut: {
            headers: {
                /**
                 * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
                 * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
                 */
                "Set-Cookie"?: string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The resource is still the one that `If-None-Match` names. */
        NotModified: {
            headers: {
                /**
                 * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                 *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                 * @example "3"
                 */
                ETag: string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request could not be read at all, for example because the body is not valid JSON. */
        BadRequest: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description Which credentials are wanted (RFC 6750 section 3).
                 * @example Bearer realm="taskpact", error="invalid_token"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description Which credentials are wanted (RFC 6750 section 3).
                 * @example Bearer realm="taskpact", error="invalid_token"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
                 * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
                 */
                "Set-Cookie"?: string;
                /**
                 * @description Which credentials are wanted (RFC 6750 section 3).
                 * @example Bearer realm="taskpact", error="invalid_token"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
        /** @description The access token is valid, but not for this. `detail` names what is missing. */
        Forbidden: {
            headers: {
                /**
                 * @description Which credentials are wanted (RFC 6750 section 3).
                 * @example Bearer realm="taskpact", error="invalid_token"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is somebody else's. */
        NotFound: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
        /** @description The change can't be made beside what is there. */
        Conflict: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/conflict",
                 *       "title": "The request conflicts with what is there",
                 *       "status": 409,
                 *       "detail": "The account has no password.",
                 *       "instance": "/api/v1/me/password",
                 *       "code": "conflict",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is something in the way; nobody else is an admin, for example. */
        LastAdmin: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/last_admin",
                 *       "title": "Somebody has to be an admin",
                 *       "status": 409,
                 *       "detail": "This is the last admin. Make somebody else an admin first.",
                 *       "instance": "/api/v1/admin/users/0199f39f-11d2-7b60-8a4e-97c10f3de5b7",
                 *       "code": "last_admin",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource has changed since the `If-Match` that was sent. `current` is what it is now. */
        PreconditionFailed: {
            headers: {
                /**
                 * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                 *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                 * @example "3"
                 */
                ETag: string;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                 *         "project_id": "0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21",
                 *         "parent_id": null,
                 *         "title": "Buy milk",
                 *         "description": "The blue carton.",
                 *         "status": "in_progress",
                 *         "priority": "high",
                 *         "due": {
                 *           "date": "2026-11-28",
                 *           "time": "18:00",
                 *           "timezone": null
                 *         },
                 *         "due_at": "2026-11-28T18:00:00.000Z",
                 *         "tags": [
                 *           "errands"
                 *         ],
                 *         "position": "jZ8kQ2m4Xa1",
                 *         "is_overdue": false,
                 *         "version": 3,
                 *         "created_at": "2026-11-21T09:30:00.000Z",
                 *         "updated_at": "2026-11-21T09:45:12.345Z",
                 *         "completed_at": null,
                 *         "deleted_at": null
                 *       }
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the server takes (100 kB). */
        PayloadTooLarge: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
        /** @description Too many requests. Wait as `Retry-After` says. */
        TooManyRequests: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110 section 10.2.3).
                 * @example 1
                 */
                "Retry-After": number;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/docs/problems/rate_limited",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "detail": "Too many requests. Try again in 30 seconds.",
                 *       "instance": "/api/v1/auth/login",
                 *       "code": "rate_limited",
                 *       "request_id": "0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server made a mistake. The request id helps to find it in the logs. */
        InternalError: {
            headers: {
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
                /**
                 * @description Seconds to wait before trying again (RFC 9110 section 10.2.3).
                 * @example 1
                 */
                "Retry-After": number;
                /**
                 * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                 *     RateLimit header fields. Absent where limits are switched off.
                 * @example "default";r=599;t=60
                 */
                RateLimit?: string;
                /**
                 * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                 * @example "default";q=600;w=60
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                 * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                 */
                "X-Request-Id": string;
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
         * @description Id of the project.
         * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
         */
        ProjectId: components["schemas"]["Uuid"];
        /**
         * @description Id of the tag.
         * @example 0199f3a1-5e90-7a44-b1c3-0d8e7f6a5b92
         */
        TagId: components["schemas"]["Uuid"];
        /**
         * @description Id of the caller, or `me`. Anybody else's is a 404.
         * @example me
         */
        ScopedUserId: string;
        /**
         * @description Id of the session.
         * @example 0199f39f-2b40-7c11-9a3e-1d2c3b4a5f60
         */
        SessionId: components["schemas"]["Uuid"];
        /**
         * @description Id of the personal access token.
         * @example 0199f3a1-5c20-7d84-8b1f-6e5d4c3b2a10
         */
        TokenId: components["schemas"]["Uuid"];
        /**
         * @description Id of the account.
         * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
         */
        UserId: components["schemas"]["Uuid"];
        /**
         * @description Where the refresh token travels. With `cookie`, for browsers, it is set as a cookie that scripts can't read, and
         *     `refresh_token` in the answer is null. Scripts of other sites can't send this header, which is what protects the
         *     cookie from being used by them; and `cookie` is refused with a 422 if the `Origin` of the request is neither the
         *     server's own nor one that the server allows.
         * @example body
         */
        TokenTransport: "body" | "cookie";
        /**
         * @description The refresh token, if it travels in a cookie. Looked at only with `Token-Transport` cookie. One that can't be a
         *     refresh token is answered like one that has expired, because a page could neither see nor remove it.
         * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
         */
        RefreshCookie: string;
        /**
         * @description Only accounts whose address or name contains this, whatever the case.
         * @example ada
         */
        UserSearch: string;
        /**
         * @description Only accounts with this role.
         * @example admin
         */
        RoleFilter: components["schemas"]["UserRole"];
        /**
         * @description Only accounts that are disabled, or only those that are not.
         * @example false
         */
        DisabledFilter: boolean;
        /**
         * @description What to sort by, the most important first; a minus sign turns the order round.
         * @example [
         *       "name",
         *       "-created_at"
         *     ]
         */
        UserSort: ("created_at" | "-created_at" | "email" | "-email" | "name" | "-name")[];
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
         * @description Only tasks of this project; `none` for those without one.
         * @example none
         */
        ProjectFilter: string;
        /**
         * @description Only subtasks of this task; `none` for tasks that are no subtasks.
         * @example none
         */
        ParentFilter: string;
        /**
         * @description Only tasks with these tags, by name, whatever the case. Repeat the parameter for several.
         * @example [
         *       "errands"
         *     ]
         */
        TagFilter: components["schemas"]["TagName"][];
        /**
         * @description Whether one of the tags is enough or all are wanted.
         * @example any
         */
        TagMatch: "any" | "all";
        /**
         * @description Only tasks without a due date, open tasks that are overdue, or tasks that are due today in the user's time zone.
         * @example today
         */
        DueFilter: "none" | "overdue" | "today";
        /**
         * @description Only tasks whose `due_at` is then or later.
         * @example 2026-11-21T00:00:00.000Z
         */
        DueFrom: components["schemas"]["Timestamp"];
        /**
         * @description Only tasks whose `due_at` is before then.
         * @example 2026-11-21T00:00:00.000Z
         */
        DueTo: components["schemas"]["Timestamp"];
        /**
         * @description Only tasks in whose title or description all these words occur; the last one may be the beginning of a word. Case and
         *     accents do not matter.
         * @example mil
         */
        TaskSearch: string;
        /**
         * @description Only tasks that were created then or later.
         * @example 2026-11-21T00:00:00.000Z
         */
        CreatedFrom: components["schemas"]["Timestamp"];
        /**
         * @description Only tasks that were created before then.
         * @example 2026-11-21T00:00:00.000Z
         */
        CreatedTo: components["schemas"]["Timestamp"];
        /**
         * @description Only tasks that have changed since, that instant included. With `deleted=include` this is what a copy needs to catch up.
         * @example 2026-11-21T00:00:00.000Z
         */
        UpdatedSince: components["schemas"]["Timestamp"];
        /**
         * @description Whether what is in the trash is left out, asked for alone, or among the rest.
         * @example only
         */
        DeletedFilter: "exclude" | "only" | "include";
        /**
         * @description What to sort by, the most important first; a minus sign turns the order round. Tasks without the value come last either way.
         * @example [
         *       "due_at",
         *       "-priority"
         *     ]
         */
        TaskSort: ("created_at" | "-created_at" | "updated_at" | "-updated_at" | "completed_at" | "-completed_at" | "due_at" | "-due_at" | "priority" | "-priority" | "title" | "-title" | "position" | "-position")[];
        /**
         * @description Only projects that are archived, or only those that are not.
         * @example false
         */
        ArchivedFilter: boolean;
        /**
         * @description What to sort by, the most important first; a minus sign turns the order round.
         * @example [
         *       "name"
         *     ]
         */
        ProjectSort: ("position" | "-position" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
        /**
         * @description Only tags whose name contains this, whatever the case.
         * @example err
         */
        TagSearch: string;
        /**
         * @description What to sort by, the most important first; a minus sign turns the order round.
         * @example [
         *       "-created_at"
         *     ]
         */
        TagSort: ("name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
        /**
         * @description How many days to look back, today included.
         * @example 7
         */
        StatsDays: number;
        /**
         * @description Deletes a task for good that is in the trash, and its subtasks; one that is not there is a 409.
         * @example true
         */
        Permanent: boolean;
        /**
         * @description Whether the tasks stay, without a project, or go into the trash as well.
         * @example delete
         */
        ProjectTasks: "keep" | "delete";
        /**
         * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
         *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
         * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
         */
        IdempotencyKey: string;
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
         * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
         *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
         * @example "3"
         */
        ETag: string;
        /**
         * @description State of the list, for `If-None-Match`. Absent when the list changes with the time of day alone.
         * @example "1742"
         */
        ListETag: string;
        /**
         * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
         * @example true
         */
        IdempotencyReplayed: "true";
        /**
         * @description Where the new resource can be read (RFC 9110 section 10.2.2).
         * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
         */
        Location: string;
        /**
         * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
         *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
         * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
         */
        Link: string;
        /**
         * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
         * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
         */
        RequestId: string;
        /**
         * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
         *     RateLimit header fields. Absent where limits are switched off.
         * @example "default";r=599;t=60
         */
        RateLimit: string;
        /**
         * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
         * @example "default";q=600;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
         * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
         */
        SetCookie: string;
        /**
         * @description A name for the file (RFC 6266).
         * @example attachment; filename="taskpact-export-2026-11-21.json"
         */
        ContentDisposition: string;
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
            header?: {
                /**
                 * @description Where the refresh token travels. With `cookie`, for browsers, it is set as a cookie that scripts can't read, and
                 *     `refresh_token` in the answer is null. Scripts of other sites can't send this header, which is what protects the
                 *     cookie from being used by them; and `cookie` is refused with a 422 if the `Origin` of the request is neither the
                 *     server's own nor one that the server allows.
                 * @example body
                 */
                "Token-Transport"?: components["parameters"]["TokenTransport"];
            };
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
                    /**
                     * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
                     * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
                     */
                    "Set-Cookie"?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Where the refresh token travels. With `cookie`, for browsers, it is set as a cookie that scripts can't read, and
                 *     `refresh_token` in the answer is null. Scripts of other sites can't send this header, which is what protects the
                 *     cookie from being used by them; and `cookie` is refused with a 422 if the `Origin` of the request is neither the
                 *     server's own nor one that the server allows.
                 * @example body
                 */
                "Token-Transport"?: components["parameters"]["TokenTransport"];
            };
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
                    /**
                     * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
                     * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
                     */
                    "Set-Cookie"?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Where the refresh token travels. With `cookie`, for browsers, it is set as a cookie that scripts can't read, and
                 *     `refresh_token` in the answer is null. Scripts of other sites can't send this header, which is what protects the
                 *     cookie from being used by them; and `cookie` is refused with a 422 if the `Origin` of the request is neither the
                 *     server's own nor one that the server allows.
                 * @example body
                 */
                "Token-Transport"?: components["parameters"]["TokenTransport"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description The refresh token, if it travels in a cookie. Looked at only with `Token-Transport` cookie. One that can't be a
                 *     refresh token is answered like one that has expired, because a page could neither see nor remove it.
                 * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
                 */
                "__Host-taskpact_refresh"?: components["parameters"]["RefreshCookie"];
            };
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
                    /**
                     * @description The refresh token (RFC 6265), or its removal; only with `Token-Transport` cookie.
                     * @example __Host-taskpact_refresh=AZqv.u9Y1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict
                     */
                    "Set-Cookie"?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Where the refresh token travels. With `cookie`, for browsers, it is set as a cookie that scripts can't read, and
                 *     `refresh_token` in the answer is null. Scripts of other sites can't send this header, which is what protects the
                 *     cookie from being used by them; and `cookie` is refused with a 422 if the `Origin` of the request is neither the
                 *     server's own nor one that the server allows.
                 * @example body
                 */
                "Token-Transport"?: components["parameters"]["TokenTransport"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description The refresh token, if it travels in a cookie. Looked at only with `Token-Transport` cookie. One that can't be a
                 *     refresh token is answered like one that has expired, because a page could neither see nor remove it.
                 * @example AZqvLVQhfiCBk0Yqz3Y5uw.u9Y1r0w1X0iX2p2zS8s4cN6vJm3yQ7eT5kLhBf2dA8g
                 */
                "__Host-taskpact_refresh"?: components["parameters"]["RefreshCookie"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            204: components["responses"]["LoggedOut"];
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailVerification"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            202: components["responses"]["Accepted"];
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            202: components["responses"]["Accepted"];
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["LastAdmin"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    requestEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            202: components["responses"]["Accepted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions that are alive. */
            200: {
                headers: {
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the session.
                 * @example 0199f39f-2b40-7c11-9a3e-1d2c3b4a5f60
                 */
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAccessTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens that have not been revoked. */
            200: {
                headers: {
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessTokenList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessTokenCreate"];
            };
        };
        responses: {
            /** @description The token exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAccessToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the personal access token.
                 * @example 0199f3a1-5c20-7d84-8b1f-6e5d4c3b2a10
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportMyData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that is stored of the account. */
            200: {
                headers: {
                    /**
                     * @description A name for the file (RFC 6266).
                     * @example attachment; filename="taskpact-export-2026-11-21.json"
                     */
                    "Content-Disposition": string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataExport"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                 * @description Only tasks of this project; `none` for those without one.
                 * @example none
                 */
                project_id?: components["parameters"]["ProjectFilter"];
                /**
                 * @description Only subtasks of this task; `none` for tasks that are no subtasks.
                 * @example none
                 */
                parent_id?: components["parameters"]["ParentFilter"];
                /**
                 * @description Only tasks with these tags, by name, whatever the case. Repeat the parameter for several.
                 * @example [
                 *       "errands"
                 *     ]
                 */
                tag?: components["parameters"]["TagFilter"];
                /**
                 * @description Whether one of the tags is enough or all are wanted.
                 * @example any
                 */
                tag_match?: components["parameters"]["TagMatch"];
                /**
                 * @description Only tasks without a due date, open tasks that are overdue, or tasks that are due today in the user's time zone.
                 * @example today
                 */
                due?: components["parameters"]["DueFilter"];
                /**
                 * @description Only tasks whose `due_at` is then or later.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                due_from?: components["parameters"]["DueFrom"];
                /**
                 * @description Only tasks whose `due_at` is before then.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                due_to?: components["parameters"]["DueTo"];
                /**
                 * @description Only tasks in whose title or description all these words occur; the last one may be the beginning of a word. Case and
                 *     accents do not matter.
                 * @example mil
                 */
                q?: components["parameters"]["TaskSearch"];
                /**
                 * @description Only tasks that were created then or later.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                created_from?: components["parameters"]["CreatedFrom"];
                /**
                 * @description Only tasks that were created before then.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                created_to?: components["parameters"]["CreatedTo"];
                /**
                 * @description Only tasks that have changed since, that instant included. With `deleted=include` this is what a copy needs to catch up.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                updated_since?: components["parameters"]["UpdatedSince"];
                /**
                 * @description Whether what is in the trash is left out, asked for alone, or among the rest.
                 * @example only
                 */
                deleted?: components["parameters"]["DeletedFilter"];
                /**
                 * @description What to sort by, the most important first; a minus sign turns the order round. Tasks without the value come last either way.
                 * @example [
                 *       "due_at",
                 *       "-priority"
                 *     ]
                 */
                sort?: components["parameters"]["TaskSort"];
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
            /** @description One page of tasks. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description State of the list, for `If-None-Match`. Absent when the list changes with the time of day alone.
                     * @example "1742"
                     */
                    ETag?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
                 *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
                 * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description The task was there already, as it is now. */
            200: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The task exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    batchTasks: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
                 *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
                 * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskBatch"];
            };
        };
        responses: {
            /** @description What became of each operation, in their order. */
            200: {
                headers: {
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskBatchResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTaskStats: {
        parameters: {
            query?: {
                /**
                 * @description How many days to look back, today included.
                 * @example 7
                 */
                days?: components["parameters"]["StatsDays"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskStats"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteTask: {
        parameters: {
            query?: {
                /**
                 * @description Deletes a task for good that is in the trash, and its subtasks; one that is not there is a 409.
                 * @example true
                 */
                permanent?: components["parameters"]["Permanent"];
            };
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
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    completeTask: {
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
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    reopenTask: {
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
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    moveTask: {
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
                "application/json": components["schemas"]["TaskMove"];
            };
        };
        responses: {
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    restoreTask: {
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
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTaskHistory: {
        parameters: {
            query?: {
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
            /** @description One page of changes. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listUserTasks: {
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
                 * @description Only tasks of this project; `none` for those without one.
                 * @example none
                 */
                project_id?: components["parameters"]["ProjectFilter"];
                /**
                 * @description Only subtasks of this task; `none` for tasks that are no subtasks.
                 * @example none
                 */
                parent_id?: components["parameters"]["ParentFilter"];
                /**
                 * @description Only tasks with these tags, by name, whatever the case. Repeat the parameter for several.
                 * @example [
                 *       "errands"
                 *     ]
                 */
                tag?: components["parameters"]["TagFilter"];
                /**
                 * @description Whether one of the tags is enough or all are wanted.
                 * @example any
                 */
                tag_match?: components["parameters"]["TagMatch"];
                /**
                 * @description Only tasks without a due date, open tasks that are overdue, or tasks that are due today in the user's time zone.
                 * @example today
                 */
                due?: components["parameters"]["DueFilter"];
                /**
                 * @description Only tasks whose `due_at` is then or later.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                due_from?: components["parameters"]["DueFrom"];
                /**
                 * @description Only tasks whose `due_at` is before then.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                due_to?: components["parameters"]["DueTo"];
                /**
                 * @description Only tasks in whose title or description all these words occur; the last one may be the beginning of a word. Case and
                 *     accents do not matter.
                 * @example mil
                 */
                q?: components["parameters"]["TaskSearch"];
                /**
                 * @description Only tasks that were created then or later.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                created_from?: components["parameters"]["CreatedFrom"];
                /**
                 * @description Only tasks that were created before then.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                created_to?: components["parameters"]["CreatedTo"];
                /**
                 * @description Only tasks that have changed since, that instant included. With `deleted=include` this is what a copy needs to catch up.
                 * @example 2026-11-21T00:00:00.000Z
                 */
                updated_since?: components["parameters"]["UpdatedSince"];
                /**
                 * @description Whether what is in the trash is left out, asked for alone, or among the rest.
                 * @example only
                 */
                deleted?: components["parameters"]["DeletedFilter"];
                /**
                 * @description What to sort by, the most important first; a minus sign turns the order round. Tasks without the value come last either way.
                 * @example [
                 *       "due_at",
                 *       "-priority"
                 *     ]
                 */
                sort?: components["parameters"]["TaskSort"];
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
            header?: {
                /**
                 * @description Entity tags from an earlier answer, or `*`. If one of them is still current the answer is an empty 304.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of tasks. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description State of the list, for `If-None-Match`. Absent when the list changes with the time of day alone.
                     * @example "1742"
                     */
                    ETag?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createUserTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
                 *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
                 * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description The task was there already, as it is now. */
            200: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The task exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getUserTask: {
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
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replaceUserTask: {
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
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteUserTask: {
        parameters: {
            query?: {
                /**
                 * @description Deletes a task for good that is in the trash, and its subtasks; one that is not there is a 409.
                 * @example true
                 */
                permanent?: components["parameters"]["Permanent"];
            };
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
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
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
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateUserTask: {
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
                 * @description Id of the caller, or `me`. Anybody else's is a 404.
                 * @example me
                 */
                user_id: components["parameters"]["ScopedUserId"];
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
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /**
                 * @description Only projects that are archived, or only those that are not.
                 * @example false
                 */
                archived?: components["parameters"]["ArchivedFilter"];
                /**
                 * @description Whether what is in the trash is left out, asked for alone, or among the rest.
                 * @example only
                 */
                deleted?: components["parameters"]["DeletedFilter"];
                /**
                 * @description What to sort by, the most important first; a minus sign turns the order round.
                 * @example [
                 *       "name"
                 *     ]
                 */
                sort?: components["parameters"]["ProjectSort"];
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
            /** @description One page of projects. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description State of the list, for `If-None-Match`. Absent when the list changes with the time of day alone.
                     * @example "1742"
                     */
                    ETag?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
                 *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
                 * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectCreate"];
            };
        };
        responses: {
            /** @description The project was there already, as it is now. */
            200: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description The project exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getProject: {
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
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The project. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replaceProject: {
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
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectReplace"];
            };
        };
        responses: {
            /** @description The project as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteProject: {
        parameters: {
            query?: {
                /**
                 * @description Whether the tasks stay, without a project, or go into the trash as well.
                 * @example delete
                 */
                tasks?: components["parameters"]["ProjectTasks"];
            };
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
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateProject: {
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
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectUpdate"];
                "application/merge-patch+json": components["schemas"]["ProjectUpdate"];
            };
        };
        responses: {
            /** @description The project as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    restoreProject: {
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
                 * @description Id of the project.
                 * @example 0199f3a1-2b7c-7d08-8f15-6c0d9e4b7a21
                 */
                project_id: components["parameters"]["ProjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The project as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTags: {
        parameters: {
            query?: {
                /**
                 * @description Only tags whose name contains this, whatever the case.
                 * @example err
                 */
                q?: components["parameters"]["TagSearch"];
                /**
                 * @description What to sort by, the most important first; a minus sign turns the order round.
                 * @example [
                 *       "-created_at"
                 *     ]
                 */
                sort?: components["parameters"]["TagSort"];
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
            /** @description One page of tags. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description State of the list, for `If-None-Match`. Absent when the list changes with the time of day alone.
                     * @example "1742"
                     */
                    ETag?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagList"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createTag: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text that is new for each thing to be created, for example a UUID. The same request sent again with the same key,
                 *     within 24 hours, does nothing and gets the first answer again; another request with it is a 422.
                 * @example 0199f3a2-0c4e-7b91-a5d6-3e2f1c0b9a87
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagCreate"];
            };
        };
        responses: {
            /** @description The tag was there already, as it is now. */
            200: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
            /** @description The tag exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description Present only when this is the answer to an earlier request with the same `Idempotency-Key`.
                     * @example true
                     */
                    "Idempotency-Replayed"?: "true";
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTag: {
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
                 * @description Id of the tag.
                 * @example 0199f3a1-5e90-7a44-b1c3-0d8e7f6a5b92
                 */
                tag_id: components["parameters"]["TagId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tag. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteTag: {
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
                 * @description Id of the tag.
                 * @example 0199f3a1-5e90-7a44-b1c3-0d8e7f6a5b92
                 */
                tag_id: components["parameters"]["TagId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateTag: {
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
                 * @description Id of the tag.
                 * @example 0199f3a1-5e90-7a44-b1c3-0d8e7f6a5b92
                 */
                tag_id: components["parameters"]["TagId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagUpdate"];
                "application/merge-patch+json": components["schemas"]["TagUpdate"];
            };
        };
        responses: {
            /** @description The tag as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminListUsers: {
        parameters: {
            query?: {
                /**
                 * @description Only accounts whose address or name contains this, whatever the case.
                 * @example ada
                 */
                q?: components["parameters"]["UserSearch"];
                /**
                 * @description Only accounts with this role.
                 * @example admin
                 */
                role?: components["parameters"]["RoleFilter"];
                /**
                 * @description Only accounts that are disabled, or only those that are not.
                 * @example false
                 */
                disabled?: components["parameters"]["DisabledFilter"];
                /**
                 * @description What to sort by, the most important first; a minus sign turns the order round.
                 * @example [
                 *       "name",
                 *       "-created_at"
                 *     ]
                 */
                sort?: components["parameters"]["UserSort"];
                /**
                 * @description Number of the page, from 1, which is also what leaving it out means. Not together with `cursor`.
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
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
            /** @description One page of accounts. */
            200: {
                headers: {
                    /**
                     * @description Neighbouring pages (RFC 8288): `first`, `prev`, `next` and `last` as far as they exist; a page that was reached
                     *     by cursor names `first` and `next` only. Links that would make the header too long are left out.
                     * @example </api/v1/tasks?page=1&size=20>; rel="first", </api/v1/tasks?page=2&size=20>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminCreateUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminUserCreate"];
            };
        };
        responses: {
            /** @description The account exists. */
            201: {
                headers: {
                    /**
                     * @description Where the new resource can be read (RFC 9110 section 10.2.2).
                     * @example /api/v1/tasks/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a
                     */
                    Location: string;
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminGetUser: {
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
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminDeleteUser: {
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
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminUpdateUser: {
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
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminUserUpdate"];
                "application/merge-patch+json": components["schemas"]["AdminUserUpdate"];
            };
        };
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    /**
                     * @description Version of the resource, for `If-Match` and `If-None-Match` (RFC 9110 section 8.8.3). What follows the version
                     *     tells apart answers that differ though nobody has changed the resource; `If-Match` looks at the version alone.
                     * @example "3"
                     */
                    ETag: string;
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminRevokeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the account.
                 * @example 0199f39f-11d2-7b60-8a4e-97c10f3de5b7
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adminGetStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers as they are now. */
            200: {
                headers: {
                    /**
                     * @description How many requests are left (`r`) and in how many seconds the count starts anew (`t`), after the IETF draft of
                     *     RateLimit header fields. Absent where limits are switched off.
                     * @example "default";r=599;t=60
                     */
                    RateLimit?: string;
                    /**
                     * @description How many requests are allowed (`q`) in how many seconds (`w`). Absent where limits are switched off.
                     * @example "default";q=600;w=60
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminStats"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["TooManyRequests"];
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
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
                    /**
                     * @description Id of this request, also in the server's logs. A well-formed one that the client sends is kept.
                     * @example 0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11
                     */
                    "X-Request-Id": string;
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
