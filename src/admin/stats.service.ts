import type { Schemas } from '../contract/types.ts';
import type { StatsRepository } from './stats.repository.ts';

export interface StatsServiceOptions {
  readonly stats: StatsRepository;
  /** Seconds that a session lives without being used. */
  readonly refreshTokenTtl: number;
  readonly now: () => Date;
}

/** Seconds of the 30 days that the contract's names speak of. */
const MONTH = 30 * 86_400;

/** Numbers for a dashboard. */
export function statsService({ stats, refreshTokenTtl, now }: StatsServiceOptions) {
  return {
    count: async (): Promise<Schemas['AdminStats']> => {
      const at = now();
      const before = (seconds: number): string => new Date(at.getTime() - seconds * 1000).toISOString();
      // One after the other: a dashboard shall not take the pool from those who work.
      const users = await stats.users(before(MONTH));
      const { active } = await stats.activeUsers(before(MONTH));
      return {
        users: { ...users, active_last_30_days: active },
        sessions: await stats.sessions(at.toISOString(), before(refreshTokenTtl)),
        access_tokens: await stats.accessTokens(at.toISOString()),
      };
    },
  };
}

export type StatsService = ReturnType<typeof statsService>;
