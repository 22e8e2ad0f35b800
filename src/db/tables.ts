/**
 * The tables as `migrations/` leaves them: one row type each, with the columns' names. Timestamps are RFC 3339 strings.
 */

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: string;
  /** Null for an account that logs in elsewhere. */
  readonly password_hash: string | null;
  readonly email_verified: boolean;
  readonly timezone: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly disabled_at: string | null;
}

/** Which account an address belongs to; the only table that is not under a user's id. */
export interface UserEmailRow {
  readonly email_norm: string;
  readonly user_id: string;
}

/** Which account somebody has who logs in at another issuer; not under a user's id either. */
export interface ExternalIdentityRow {
  readonly issuer: string;
  /** The issuer's name for the user. */
  readonly subject: string;
  readonly user_id: string;
  readonly created_at: string;
}

/** Numbers the changes of a user's data. Locked by each change, so that `seq` has no gaps and commits in order. */
export interface UserCounterRow {
  readonly user_id: string;
  /** bigint: a string. */
  readonly seq: string;
}

export interface SessionRow {
  readonly user_id: string;
  readonly id: string;
  /** Scopes separated by spaces. */
  readonly scope: string;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  /** The session ends then, however much it is used. */
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
}

export interface RefreshTokenRow {
  readonly user_id: string;
  readonly id: string;
  readonly session_id: string;
  /** SHA-256 of the secret part. */
  readonly token_hash: Buffer;
  readonly created_at: string;
  readonly expires_at: string;
  readonly used_at: string | null;
}

/** What the link in a mail stands for. */
export interface ActionTokenRow {
  readonly user_id: string;
  readonly id: string;
  readonly purpose: string;
  /** SHA-256 of the secret part. */
  readonly token_hash: Buffer;
  /** The address that the link is sent to. */
  readonly email: string;
  readonly created_at: string;
  readonly expires_at: string;
  /** Used, or replaced by a newer one. */
  readonly used_at: string | null;
}

/** A personal access token. */
export interface PersonalTokenRow {
  readonly user_id: string;
  readonly id: string;
  readonly name: string;
  /** Scopes separated by spaces. */
  readonly scope: string;
  /** How the token begins. */
  readonly prefix: string;
  /** SHA-256 of the secret part. */
  readonly token_hash: Buffer;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
}

/** A task, without the column `search`, which is only ever matched against. */
export interface TaskRow {
  readonly user_id: string;
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly priority: string;
  readonly project_id: string | null;
  readonly parent_id: string | null;
  /** `2026-11-28`. */
  readonly due_date: string | null;
  /** `18:00`. */
  readonly due_time: string | null;
  readonly due_timezone: string | null;
  /** The instant that the three above mean; follows the user's time zone where they name none. */
  readonly due_at: string | null;
  readonly position: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
  readonly deleted_at: string | null;
}

export interface ProjectRow {
  readonly user_id: string;
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly color: string | null;
  readonly archived: boolean;
  readonly position: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at: string | null;
}

export interface TagRow {
  readonly user_id: string;
  readonly id: string;
  readonly name: string;
  /** As names are compared: whatever the case. */
  readonly name_norm: string;
  readonly color: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TaskTagRow {
  readonly user_id: string;
  readonly task_id: string;
  readonly tag_id: string;
}

export interface EventRow {
  readonly user_id: string;
  /** bigint: a string. */
  readonly seq: string;
  /** For example `task.updated`. */
  readonly type: string;
  readonly resource: string;
  readonly resource_id: string;
  /** Names of the columns that changed. */
  readonly changed: readonly string[];
  /** The changed columns as they were; null for a creation. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
  readonly at: string;
  /** Who did it, for example `user:<id>`. */
  readonly actor: string;
}

/** What was answered to a request with an `Idempotency-Key`; no answer yet while the transaction that does the work goes on. */
export interface IdempotencyKeyRow {
  readonly user_id: string;
  readonly key: string;
  /** SHA-256 of what was asked for. */
  readonly fingerprint: Buffer;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: unknown;
  readonly created_at: string;
}
