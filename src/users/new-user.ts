import { v7 as uuidv7 } from 'uuid';
import type { UserRow } from '../db/tables.ts';

type Given = Pick<UserRow, 'email' | 'name' | 'role' | 'password_hash' | 'timezone'>;

/** An account as it begins: its address is not proved yet, and nothing has happened to it. */
export function newUser(given: Given, at: Date): UserRow {
  const created = at.toISOString();
  return {
    id: uuidv7(),
    ...given,
    email_verified: false,
    version: 1,
    created_at: created,
    updated_at: created,
    disabled_at: null,
  };
}
