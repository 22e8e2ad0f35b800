import { findCreation, writeWithEvent } from '../db/events.ts';
import { type Database, prepared } from '../db/knex.ts';
import type { TagRow } from '../db/tables.ts';
import { type CountedTagRow, TAG_COLUMNS, taskCount } from './columns.ts';
import { tagNameKey } from './tag-names.ts';

/** Columns that a user's change can touch. */
export type TagChanges = Partial<Pick<TagRow, 'name' | 'color'>>;

/** Who did what, and when. */
export interface TagEvent {
  readonly type: string;
  readonly at: string;
  readonly actor: string;
}

/** Tags of one user. The user comes first in every method and stands in every WHERE. */
export function tagsRepository(database: Database) {
  const find = async (userId: string, id: string): Promise<CountedTagRow | undefined> => {
    const query = database('tags')
      .where({ user_id: userId, id })
      .first(...TAG_COLUMNS, taskCount(database, userId));
    return prepared(database, 'tags.find', query);
  };

  return {
    find,

    /** Until the end of the transaction nobody else changes the tag, or puts it on a task. */
    lock: async (userId: string, id: string): Promise<CountedTagRow | undefined> => {
      const locked = await database('tags').where({ user_id: userId, id }).forUpdate().first('id');
      // Counted after the lock: whoever was faster may have put it on a task.
      return locked && find(userId, id);
    },

    /** Whether there is a tag with the name, whatever the case. */
    hasName: async (userId: string, name: string): Promise<boolean> => {
      const query = database<TagRow>('tags').where({ user_id: userId, name_norm: tagNameKey(name) });
      return (await query.first('id')) !== undefined;
    },

    /** What the newest tag with the id was made of. */
    creation: async (userId: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
      findCreation(database, userId, id, 'tag.created'),

    /** @returns undefined when there is a tag with the id or the name already */
    insert: async (tag: Omit<TagRow, 'name_norm'>, actor: string): Promise<CountedTagRow | undefined> => {
      const { user_id, id, version, created_at, updated_at, ...fields } = tag;
      const write = database('tags')
        .insert({ ...tag, name_norm: tagNameKey(tag.name) })
        .onConflict()
        .ignore()
        .returning([...TAG_COLUMNS]);
      const written = await writeWithEvent<TagRow>(database, 'tags.insert', write, {
        user_id,
        type: 'tag.created',
        resource: 'tag',
        resource_id: id,
        changed: Object.keys(fields),
        before: null,
        after: fields,
        at: created_at,
        actor,
      });
      return written && { ...written, task_count: 0 };
    },

    /** Changes a tag that is locked. */
    update: async (tag: CountedTagRow, changes: TagChanges, event: TagEvent): Promise<CountedTagRow> => {
      // Sorted, so that the order in a client's body does not make another statement.
      const changed = (Object.keys(changes) as (keyof TagChanges)[]).sort();
      const { name } = changes;
      const write = database<TagRow>('tags')
        .where({ user_id: tag.user_id, id: tag.id })
        .update({
          ...Object.fromEntries(changed.map((column) => [column, changes[column]])),
          ...(name === undefined ? {} : { name_norm: tagNameKey(name) }),
          updated_at: event.at,
          version: tag.version + 1,
        })
        .returning([...TAG_COLUMNS]);
      const written = await writeWithEvent<TagRow>(database, `tags.update.${changed.join('.')}`, write, {
        user_id: tag.user_id,
        resource: 'tag',
        resource_id: tag.id,
        changed,
        before: Object.fromEntries(changed.map((column) => [column, tag[column]])),
        after: changes,
        ...event,
      });
      if (written === undefined) throw new Error('The tag is locked, so it is there');
      return { ...written, task_count: tag.task_count };
    },

    /** Deletes a tag that is locked; its places on tasks go with it. */
    delete: async ({ user_id, id, name, color }: TagRow, event: TagEvent): Promise<void> => {
      const write = database('tags').where({ user_id, id }).delete().returning('id');
      await writeWithEvent(database, 'tags.delete', write, {
        user_id,
        resource: 'tag',
        resource_id: id,
        changed: ['name', 'color'],
        before: { name, color },
        after: {},
        ...event,
      });
    },
  };
}

export type TagsRepository = ReturnType<typeof tagsRepository>;
