import type { Database } from '../../db/knex.ts';
import { optimistically } from '../../db/optimistic.ts';
import { transaction } from '../../db/transaction.ts';
import type { Loaded } from './changes.ts';
import { TaskDraft } from './draft.ts';
import { type Needs, NOTHING, together } from './needs.ts';
import { taskWritesRepository } from './task-writes.repository.ts';

/**
 * Decides what becomes of the tasks that were read.
 *
 * @param within where to read more: the transaction, if there is one
 */
export type Decision<T> = (draft: TaskDraft, within: Database) => T | Promise<T>;

export interface TaskWriterOptions {
  readonly database: Database;
  readonly now: () => Date;
}

/** The way in which tasks are changed: read what is needed, decide, write on condition that nobody was faster. */
export function taskWriter({ database, now }: TaskWriterOptions) {
  const attempt = async <T>(
    within: Database,
    read: 'read' | 'readLocked',
    userId: string,
    needs: Needs,
    decide: Decision<T>,
  ): Promise<{ result: T } | undefined> => {
    const writes = taskWritesRepository(within);
    const draft = new TaskDraft({ userId, now: now() }, await writes[read](userId, needs));
    const result = await decide(draft, within);
    const changes = draft.changes();
    return changes === undefined || (await writes.write(changes)) ? { result } : undefined;
  };

  return {
    /** Reads without locks, to find out what a change needs. */
    read: (userId: string, needs: Needs): Promise<Loaded> =>
      taskWritesRepository(database).read(userId, needs),

    /**
     * Without locks, so in as few round trips as can be.
     *
     * @param suspected what is read only after an attempt has failed, because the write checks it itself
     */
    change: async <T>(
      userId: string,
      needs: Needs,
      decide: Decision<T>,
      suspected: Needs = NOTHING,
    ): Promise<T> => {
      const { result } = await optimistically((round) =>
        attempt(database, 'read', userId, round === 1 ? needs : together([needs, suspected]), decide),
      );
      return result;
    },

    /**
     * With everything locked that is read, for what concerns subtasks: none can be added meanwhile. Each attempt is a
     * transaction of its own, for what is locked later than something else would be out of order.
     */
    changeLocked: async <T>(userId: string, needs: Needs, decide: Decision<T>): Promise<T> => {
      const { result } = await optimistically(() =>
        transaction(database, (trx) => attempt(trx, 'readLocked', userId, needs, decide)),
      );
      return result;
    },
  };
}

export type TaskWriter = ReturnType<typeof taskWriter>;
