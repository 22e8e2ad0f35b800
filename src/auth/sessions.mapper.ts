import type { Schemas } from '../contract/types.ts';
import type { SessionRow } from '../db/tables.ts';

/** @param currentId the session that asks; null when it is none */
export function toSession(row: SessionRow, currentId: string | null): Schemas['Session'] {
  return {
    id: row.id,
    created_at: row.created_at,
    last_used_at: row.last_used_at,
    expires_at: row.expires_at,
    user_agent: row.user_agent,
    ip: row.ip,
    current: row.id === currentId,
  };
}
