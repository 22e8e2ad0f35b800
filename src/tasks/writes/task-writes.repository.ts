import type { Knex } from 'knex';
import { type Database, prepared } from '../../db/knex.ts';
import { constraintName, isRetryable } from '../../db/pg-errors.ts';
import { joined, rowsOf, type StatementText, text } from '../../db/statement-text.ts';
import { transaction } from '../../db/transaction.ts';
import { writeGuarded } from '../../db/write-statement.ts';
import { type TaggedTaskRow, taggedTask } from '../columns.ts';
import type { Loaded, TaskChanges } from './changes.ts';
import type { Needs } from './needs.ts';
import { statementOf } from './parts.ts';

function tasksOf(userId: string, column: 'id' | 'parent_id', ids: readonly string[]): StatementText {
  const those = text(`from tasks where user_id = ? and ${column} = any(?::uuid[])`, userId, [...ids]);
  return joined([text('select'), taggedTask(userId), those]);
}

/** Reads and writes what changes of one user's tasks need. The user stands in every WHERE. */
export function taskWritesRepository(database: Database) {
  const readTasks = async (userId: string, { tasks, families }: Needs): Promise<TaggedTaskRow[]> => {
    if (tasks.length === 0) return [];
    const own = tasksOf(userId, 'id', tasks);
    if (families.length === 0) return rowsOf(database, 'tasks.read', own);
    // A task that is asked for by its own id as well comes twice, which does no harm.
    const both = joined([own, text('union all'), tasksOf(userId, 'parent_id', families)]);
    return rowsOf(database, 'tasks.read.families', both);
  };

  /** @param lock keeps them as they are until the transaction ends; in the order in which everybody locks */
  const readReferences = async (
    userId: string,
    { projects, tagKeys, timezone }: Needs,
    lock: '' | 'for share',
  ): Promise<Omit<Loaded, 'tasks'>> => {
    if (projects.length + tagKeys.length === 0 && !timezone) {
      return { tags: [], projects: undefined, timezone: undefined };
    }
    const query = database.raw(
      `select
        (select timezone from users where id = ? and ?::boolean ${lock}) as timezone,
        array(
          select id from projects where user_id = ? and id = any(?::uuid[]) and deleted_at is null order by id ${lock}
        ) as projects,
        coalesce((
          select jsonb_agg(to_jsonb(known)) from (
            select id, name, name_norm from tags where user_id = ? and name_norm = any(?::text[]) order by id ${lock}
          ) known
        ), '[]') as tags`,
      [userId, timezone, userId, [...projects], userId, [...tagKeys]] as Knex.RawBinding[],
    );
    const { rows } = await prepared(database, `tasks.references${lock && '.locked'}`, query);
    return { ...rows[0], timezone: rows[0].timezone ?? undefined };
  };

  /** Keeps others from changing the tasks, and from giving them subtasks, until the transaction ends. */
  const lockTasks = async (userId: string, { tasks, families }: Needs): Promise<void> => {
    const query = database.raw(
      `select id from tasks
      where user_id = ? and id = any(array(
        select unnest(?::uuid[])
        union all
        select id from tasks where user_id = ? and parent_id = any(?::uuid[])
      ))
      order by id for no key update`,
      [userId, [...tasks], userId, [...families]] as Knex.RawBinding[],
    );
    await prepared(database, 'tasks.lock', query);
  };

  return {
    /** In one statement for the tasks, and one for everything else; at once where a connection takes no more than one. */
    read: async (userId: string, needs: Needs): Promise<Loaded> => {
      if (database.isTransaction) {
        return { tasks: await readTasks(userId, needs), ...(await readReferences(userId, needs, '')) };
      }
      const [tasks, references] = await Promise.all([
        readTasks(userId, needs),
        readReferences(userId, needs, ''),
      ]);
      return { tasks, ...references };
    },

    /** The same, and locks what is read: the user, projects, tags, tasks by id. */
    readLocked: async (userId: string, needs: Needs): Promise<Loaded> => {
      const references = await readReferences(userId, needs, 'for share');
      await lockTasks(userId, needs);
      // By a statement of its own, for it sees what was committed while the locks were waited for.
      return { tasks: await readTasks(userId, needs), ...references };
    },

    /** What the task was created from, as its event tells; of one id that was used again, the last time. */
    creations: async (userId: string, ids: readonly string[]): Promise<Map<string, object>> => {
      if (ids.length === 0) return new Map();
      const query = database('events')
        .where({ user_id: userId, type: 'task.created' })
        .whereRaw('resource_id = any(?::uuid[])', [[...ids]])
        .orderBy('seq')
        .select<{ resource_id: string; after: object }[]>('resource_id', 'after');
      const rows = await prepared(database, 'tasks.creations', query);
      return new Map(rows.map(({ resource_id, after }) => [resource_id, after]));
    },

    /** @returns false when somebody else was faster, and nothing is written */
    write: async (changes: TaskChanges): Promise<boolean> => {
      const statement = statementOf(changes);
      try {
        // What fails ends the transaction that it is in; here it shall only be tried again.
        return await (database.isTransaction && canCollide(changes)
          ? transaction(database, (savepoint) => writeGuarded(savepoint, statement))
          : writeGuarded(database, statement));
      } catch (error) {
        if (COLLISIONS.has(constraintName(error) ?? '')) return false;
        if (isRetryable(error) && !database.isTransaction) return false;
        throw error;
      }
    },
  };
}

export type TaskWritesRepository = ReturnType<typeof taskWritesRepository>;

/** Somebody else has just made the tag or the task, or has removed what a row refers to. */
const COLLISIONS: ReadonlySet<string> = new Set([
  'tags_name_key',
  'tasks_pkey',
  'tasks_parent_fkey',
  'task_tags_tag_fkey',
]);

function canCollide({ newTags, inserted, purged, tagged }: TaskChanges): boolean {
  return newTags.length + inserted.length + purged.length + tagged.length > 0;
}
