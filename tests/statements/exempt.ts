/** Statements that ask for more than given users on purpose. */
export interface Exemption {
  readonly reason: string;
  /** The tables that it excuses, in the statements that it matches. */
  readonly tables: readonly string[];
  /** Matched against the text with single spaces. */
  readonly statement: RegExp;
}

export const EXEMPT: readonly Exemption[] = [
  {
    reason: 'lists for admins are of all accounts; only admins ask, and rarely',
    tables: ['users'],
    statement:
      /^select (count\(\*\)::int as total|\*) from "users" (where (\(|"role"|"disabled_at")|order by|limit)/,
  },
  {
    reason: 'numbers for admins are of all accounts, and are kept for a while',
    tables: ['users', 'sessions', 'personal_tokens'],
    statement:
      /^select count\((\*|distinct user_id)\).* as \w+ from (users|sessions|personal_tokens|\( select)/,
  },
  {
    reason: 'whether there is another admin, asked when one loses the role or the account',
    tables: ['users'],
    statement:
      /^select "id" from "users" where "role" = \$1 and "disabled_at" is null( and not "id" = \$2)? limit/,
  },
  {
    reason: 'the nightly purge of the trash looks for whose turn it is; what it deletes is by user',
    tables: ['tasks', 'projects'],
    statement:
      /^select "user_id", "id" from "(tasks|projects)" where "deleted_at" < \$1 order by "deleted_at"/,
  },
  {
    reason: 'nightly housekeeping deletes what ended long ago, whosever it was',
    tables: ['action_tokens', 'refresh_tokens', 'sessions', 'idempotency_keys'],
    statement:
      /^delete from "(\w+)" where \("user_id", "\w+"\) in \(select "user_id", "\w+" from "\1" where "\w+" < /,
  },
  {
    reason:
      'once in the life of an account, when it is deleted, its addresses and identities are found by it',
    tables: ['user_emails', 'external_identities'],
    statement: /^delete from "(user_emails|external_identities)" where "user_id" = \$1$/,
  },
  {
    reason: 'an export tells who the account is elsewhere, which is found by the account for nothing else',
    tables: ['external_identities'],
    statement: /^select \* from "external_identities" where "user_id" = \$1 order by "created_at"/,
  },
];
