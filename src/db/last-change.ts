import type { Knex } from 'knex';
import type { Database } from './knex.ts';
import { rowsOf, type StatementText, text } from './statement-text.ts';
import type { UserCounterRow } from './tables.ts';

/** The number of the user's last change, as a column `seq`: read in the statement, so as old as its rows. */
export function lastChange(userId: string): StatementText {
  return text('(select seq from user_counters where user_id = ?) as seq', userId);
}

/** The same for knex. */
export function lastChangeColumn(database: Database, userId: string): Knex.Raw {
  return database.raw(lastChange(userId).sql, [userId]);
}

/** The number of the user's last change, alone: one row by its key. */
export async function readLastChange(database: Database, userId: string): Promise<string | undefined> {
  const query = text('select seq from user_counters where user_id = ?', userId);
  const [row] = await rowsOf<Pick<UserCounterRow, 'seq'>>(database, 'last_change.read', query);
  return row?.seq;
}
