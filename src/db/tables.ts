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

export interface TaskRow {
  readonly user_id: string;
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly priority: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
  readonly deleted_at: string | null;
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
