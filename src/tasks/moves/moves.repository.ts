import { type Database, prepared } from '../../db/knex.ts';
import type { TaskRow } from '../../db/tables.ts';

export type PlacedTask = Pick<TaskRow, 'id' | 'position'>;

export type Direction = 'following' | 'preceding';

/**
 * The manual order of one user's tasks that are not in the trash. What is there keeps its place; if another task got the
 * same one meanwhile, they share it until something has to go between them.
 */
export function movesRepository(database: Database) {
  const live = (userId: string) =>
    database<TaskRow>('tasks').where({ user_id: userId }).whereNull('deleted_at');

  return {
    /**
     * Makes whoever moves something wait, so that two moves at once end at different places. Comes after the locks of
     * tasks, as with every change.
     */
    lockOrder: async (userId: string): Promise<void> => {
      const query = database('user_counters').select('seq').where({ user_id: userId }).forUpdate();
      await prepared(database, 'moves.lock', query);
    },

    /** @returns undefined for a task that is not there, or in the trash */
    findAnchor: async (userId: string, id: string): Promise<PlacedTask | undefined> => {
      const query = live(userId).where({ id }).first('id', 'position');
      return prepared(database, 'moves.anchor', query);
    },

    /**
     * The next task in a direction, as if the moved one were not there.
     *
     * @param from where to start; null for the end that the direction comes from
     */
    neighbour: async (
      userId: string,
      movedId: string,
      direction: Direction,
      from: PlacedTask | null,
    ): Promise<PlacedTask | undefined> => {
      const [comparison, order] = direction === 'following' ? ['>', 'asc'] : ['<', 'desc'];
      const query = live(userId).whereNot({ id: movedId });
      if (from !== null)
        query.whereRaw(`(position, id) ${comparison} (?, ?::uuid)`, [from.position, from.id]);
      query.orderBy([
        { column: 'position', order },
        { column: 'id', order },
      ]);
      const name = `moves.${direction}${from === null ? '.end' : ''}`;
      return prepared(database, name, query.first('id', 'position'));
    },

    /** Gives all tasks but the moved one, trash included, short positions in the same order, each its own. */
    renumber: async (userId: string, movedId: string, at: string): Promise<void> => {
      // Nine decimal digits behind an `i`, the head of an integer part of nine digits.
      await database.raw(
        `update tasks
        set position = 'i' || lpad(numbered.place::text, 9, '0'), version = tasks.version + 1, updated_at = ?
        from (
          select id, row_number() over (order by position, id) as place from tasks where user_id = ? and id <> ?
        ) numbered
        where tasks.user_id = ? and tasks.id = numbered.id`,
        [at, userId, movedId, userId],
      );
    },
  };
}

export type MovesRepository = ReturnType<typeof movesRepository>;
