import type { Knex } from 'knex';
import { type Database, prepared } from './knex.ts';
import type { UserCounterRow } from './tables.ts';

/** The number of the user's last change, as a column `seq`: read in the statement, so as old as its rows. */
export function lastChangeColumn(database: Database, userId: string): Knex.Raw {
  return database.raw('(select seq from user_counters where user_id = ?) as seq', [userId]);
}

/** The number of the user's last change, alone: one row by its key. */
export async function readLastChange(database: Database, userId: string): Promise<string | undefined> {
  const query = database<UserCounterRow>('user_counters').where({ user_id: userId }).first('seq');
  return (await prepared(database, 'last_change.read', query))?.seq;
}
