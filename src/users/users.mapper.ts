import type { Schemas } from '../contract/types.ts';
import type { UserRow } from '../db/tables.ts';

export function toUser(row: UserRow): Schemas['User'] {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role as Schemas['UserRole'],
    email_verified: row.email_verified,
    timezone: row.timezone,
    created_at: row.created_at,
    updated_at: row.updated_at,
    disabled_at: row.disabled_at,
  };
}
