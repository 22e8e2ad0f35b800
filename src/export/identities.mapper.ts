import type { Schemas } from '../contract/types.ts';
import type { ExternalIdentityRow } from '../db/tables.ts';

export function toIdentity(row: ExternalIdentityRow): Schemas['ExternalIdentity'] {
  return { issuer: row.issuer, subject: row.subject, created_at: row.created_at };
}
