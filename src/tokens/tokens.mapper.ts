import { toScopes } from '../auth/scopes.ts';
import type { Schemas } from '../contract/types.ts';
import type { PersonalTokenRow } from '../db/tables.ts';

export function toAccessToken(row: PersonalTokenRow): Schemas['AccessToken'] {
  return {
    id: row.id,
    name: row.name,
    scopes: toScopes(row.scope) as Schemas['TokenScope'][],
    prefix: row.prefix,
    created_at: row.created_at,
    last_used_at: row.last_used_at,
    expires_at: row.expires_at,
  };
}
