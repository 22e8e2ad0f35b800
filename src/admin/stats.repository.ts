import type { Database } from '../db/knex.ts';

/** Columns are named as the contract names the numbers. */
export interface UserCounts {
  readonly total: number;
  readonly admins: number;
  readonly disabled: number;
  readonly unverified: number;
  readonly created_last_30_days: number;
}

/** One pass over a table for each method, so the cost grows with the table and with nothing else. */
export function statsRepository(database: Database) {
  const count = async <Row>(sql: string, bindings: readonly string[]): Promise<Row> => {
    const { rows } = await database.raw<{ rows: Row[] }>(sql, bindings as string[]);
    const [row] = rows;
    if (row === undefined) throw new Error('An aggregate always has a row');
    return row;
  };

  return {
    /** @param since accounts that were made since then are counted as new */
    users: (since: string): Promise<UserCounts> =>
      count(
        `select count(*)::int as total,
                count(*) filter (where role = 'admin')::int as admins,
                count(*) filter (where disabled_at is not null)::int as disabled,
                count(*) filter (where not email_verified)::int as unverified,
                count(*) filter (where created_at >= ?)::int as created_last_30_days
         from users`,
        [since],
      ),

    /** @param usedSince a session that was last used before has ended by lying idle */
    sessions: (at: string, usedSince: string): Promise<{ active: number }> =>
      count(
        `select count(*)::int as active from sessions
         where revoked_at is null and expires_at > ? and last_used_at > ?`,
        [at, usedSince],
      ),

    accessTokens: (at: string): Promise<{ active: number }> =>
      count(
        'select count(*)::int as active from personal_tokens where expires_at is null or expires_at > ?',
        [at],
      ),

    /** How many accounts have used a session or a personal access token since then. */
    activeUsers: (since: string): Promise<{ active: number }> =>
      count(
        `select count(distinct user_id)::int as active from (
           select user_id from sessions where last_used_at >= ?
           union all
           select user_id from personal_tokens where last_used_at >= ?
         ) as used`,
        [since, since],
      ),
  };
}

export type StatsRepository = ReturnType<typeof statsRepository>;
