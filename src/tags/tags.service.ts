import { v7 as uuidv7 } from 'uuid';
import type { Precondition } from '../contract/conditional.ts';
import type { Schemas } from '../contract/types.ts';
import { changedFields } from '../db/changes.ts';
import { byUser } from '../db/events.ts';
import type { Database } from '../db/knex.ts';
import { optimistically } from '../db/optimistic.ts';
import { constraintName } from '../db/pg-errors.ts';
import { transaction } from '../db/transaction.ts';
import { ConflictError, NotFoundError, PreconditionFailedError } from '../errors.ts';
import type { CountedTagRow } from './columns.ts';
import { touchTasksWith } from './tagged-tasks.repository.ts';
import { toTag } from './tags.mapper.ts';
import { type TagsRepository, tagsRepository } from './tags.repository.ts';

type Tag = Schemas['Tag'];

/** What became of a request to create a tag. */
export interface CreatedTag {
  readonly tag: Tag;
  /** False when the tag was there already. */
  readonly isNew: boolean;
}

export function tagsService(database: Database, now: () => Date) {
  const tags = tagsRepository(database);

  /** The tag that somebody made with this id, if it was made of the same fields. */
  const findCreated = async (userId: string, id: string, fields: object): Promise<CreatedTag | undefined> => {
    const [present, creation] = [await tags.find(userId, id), await tags.creation(userId, id)];
    if (present === undefined) return undefined;
    if (creation === undefined || changedFields(creation, fields) !== undefined) {
      throw new ConflictError('conflict', 'There is another tag with this id.');
    }
    return { tag: toTag(present), isNew: false };
  };

  return {
    get: async (userId: string, id: string): Promise<Tag> => toTag(present(await tags.find(userId, id))),

    /**
     * A tag whose creation is asked for again is answered as it is now, whatever has become of it since.
     *
     * @throws ConflictError when another tag has the id or the name
     */
    create: async (
      userId: string,
      { id = uuidv7(), ...fields }: Schemas['TagCreate'],
    ): Promise<CreatedTag> => {
      const at = now().toISOString();
      const tag = { ...fields, user_id: userId, id, version: 1, created_at: at, updated_at: at };
      // What was in the way may be gone when it is looked for.
      return optimistically(async () => {
        const inserted = await tags.insert(tag, byUser(userId));
        if (inserted !== undefined) return { tag: toTag(inserted), isNew: true };
        const created = await findCreated(userId, id, fields);
        if (created === undefined && (await tags.hasName(userId, fields.name))) throw nameTaken();
        return created;
      });
    },

    /** Merge patch; one that changes nothing leaves the version alone. A new name is new on every task. */
    update: async (
      userId: string,
      id: string,
      patch: Schemas['TagUpdate'],
      allowed: Precondition,
    ): Promise<Tag> => {
      const update = transaction(database, async (trx) => {
        const rows = tagsRepository(trx);
        const tag = await lock(rows, userId, id, allowed);
        const changes = changedFields(tag, patch);
        if (changes === undefined) return tag;
        const event = { type: 'tag.updated', at: now().toISOString(), actor: byUser(userId) };
        if (changes.name !== undefined) await touchTasksWith(trx, tag, event.at);
        return rows.update(tag, changes, event);
      });
      return toTag(await update.catch(explainTakenName));
    },

    delete: async (userId: string, id: string, allowed: Precondition): Promise<void> =>
      transaction(database, async (trx) => {
        const rows = tagsRepository(trx);
        const tag = await lock(rows, userId, id, allowed);
        const event = { type: 'tag.deleted', at: now().toISOString(), actor: byUser(userId) };
        await touchTasksWith(trx, tag, event.at);
        await rows.delete(tag, event);
      }),
  };
}

export type TagsService = ReturnType<typeof tagsService>;

function present(row: CountedTagRow | undefined): CountedTagRow {
  if (row === undefined) throw new NotFoundError('tag');
  return row;
}

/** @throws NotFoundError, PreconditionFailedError */
async function lock(
  tags: TagsRepository,
  userId: string,
  id: string,
  allowed: Precondition,
): Promise<CountedTagRow> {
  const tag = present(await tags.lock(userId, id));
  if (!allowed(tag.version)) throw new PreconditionFailedError(toTag(tag), tag.version, tag.task_count);
  return tag;
}

function nameTaken(cause?: unknown): ConflictError {
  return new ConflictError('conflict', 'There is another tag with this name.', { cause });
}

function explainTakenName(error: unknown): never {
  throw constraintName(error) === 'tags_name_key' ? nameTaken(error) : error;
}
