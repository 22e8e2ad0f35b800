import type { Knex } from 'knex';
import { NIL } from 'uuid';
import { type Database, prepared } from '../db/knex.ts';
import type { EventRow, ExternalIdentityRow, UserCounterRow } from '../db/tables.ts';
import { type CountedProjectRow, PROJECT_COLUMNS, taskCounts } from '../projects/columns.ts';
import { type CountedTagRow, TAG_COLUMNS, taskCount } from '../tags/columns.ts';
import { TASK_COLUMNS, type TaggedTaskRow, tagNames } from '../tasks/columns.ts';

/** Everything of one user, page by page, each at the same cost. */
export function exportRepository(database: Database) {
  /** The oldest first, what is in the trash included. @param after the last one of the page before */
  const oldestFirst = async <Row extends { readonly created_at: string; readonly id: string }>(
    table: string,
    userId: string,
    after: Row | undefined,
    size: number,
    columns: readonly (string | Knex.Raw)[],
  ): Promise<Row[]> => {
    const { created_at = '-infinity', id = NIL } = after ?? {};
    const query = database(table)
      .select(...columns)
      .where({ user_id: userId })
      .whereRaw('(created_at, id) > (?::timestamptz, ?::uuid)', [created_at, id])
      .orderBy([{ column: 'created_at' }, { column: 'id' }])
      .limit(size);
    return prepared(database, `export.${table}`, query);
  };

  return {
    /** Who the user is elsewhere, the first of them first. */
    identities: async (userId: string, limit: number): Promise<ExternalIdentityRow[]> =>
      database<ExternalIdentityRow>('external_identities')
        .where({ user_id: userId })
        .orderBy('created_at')
        .limit(limit),

    projectsAfter: (userId: string, after: CountedProjectRow | undefined, size: number) =>
      oldestFirst<CountedProjectRow>('projects', userId, after, size, [
        ...PROJECT_COLUMNS,
        taskCounts(database, userId),
      ]),

    tagsAfter: (userId: string, after: CountedTagRow | undefined, size: number) =>
      oldestFirst<CountedTagRow>('tags', userId, after, size, [...TAG_COLUMNS, taskCount(database, userId)]),

    tasksAfter: (userId: string, after: TaggedTaskRow | undefined, size: number) =>
      oldestFirst<TaggedTaskRow>('tasks', userId, after, size, [...TASK_COLUMNS, tagNames(database, userId)]),

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
