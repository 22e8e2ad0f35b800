import { NIL } from 'uuid';
import { type Database, prepared } from '../db/knex.ts';
import type { EventRow, ExternalIdentityRow, UserCounterRow } from '../db/tables.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from '../tasks/columns.ts';

/** Everything of one user, page by page, each at the same cost. */
export function exportRepository(database: Database) {
  return {
    /** Who the user is elsewhere, the first of them first. */
    identities: async (userId: string, limit: number): Promise<ExternalIdentityRow[]> =>
      database<ExternalIdentityRow>('external_identities')
        .where({ user_id: userId })
        .orderBy('created_at')
        .limit(limit),

    /** The oldest first. @param after the last task of the page before */
    tasksAfter: async (
      userId: string,
      after: TaggedTaskRow | undefined,
      size: number,
    ): Promise<TaggedTaskRow[]> => {
      const { created_at = '-infinity', id = NIL } = after ?? {};
      const query = database('tasks')
        .select(...TASK_COLUMNS, tagNames(database, userId))
        .where({ user_id: userId })
        .whereRaw('(created_at, id) > (?::timestamptz, ?::uuid)', [created_at, id])
        .orderBy([{ column: 'created_at' }, { column: 'id' }])
        .limit(size);
      return prepared(database, 'export.tasks', query);
    },

    /** In their order. @param last number of the last event that is wanted */
    eventsAfter: async (
      userId: string,
      after: EventRow | undefined,
      last: string,
      size: number,
    ): Promise<EventRow[]> => {
      const query = database<EventRow>('events')
        .where({ user_id: userId })
        .where('seq', '>', after?.seq ?? '0')
        .where('seq', '<=', last)
        .orderBy('seq')
        .limit(size);
      return prepared(database, 'export.events', query);
    },

    /** Number of the newest event; zero when there is none. */
    lastEvent: async (userId: string): Promise<string> => {
      const query = database<UserCounterRow>('user_counters').where({ user_id: userId }).first('seq');
      return (await query)?.seq ?? '0';
    },
  };
}

export type ExportRepository = ReturnType<typeof exportRepository>;
