import type { Database } from '../../db/knex.ts';
import { optimistically } from '../../db/optimistic.ts';
import { transaction } from '../../db/transaction.ts';
import { TaskDraft } from './draft.ts';
import { type Needs, NOTHING, together } from './needs.ts';
import { type TaskWritesRepository, taskWritesRepository } from './task-writes.repository.ts';

/** Decides what becomes of the tasks that were read. May read more. */
export type Decision<T> = (draft: TaskDraft, reads: TaskWritesRepository) => T | Promise<T>;

export interface TaskWriterOptions {
  readonly database: Database;
  readonly now: () => Date;
}

/** The way in which tasks are changed: read what is needed, decide, write on condition that nobody was faster. */
export function taskWriter({ database, now }: TaskWriterOptions) {
  const attempt = async <T>(
    writes: TaskWritesRepository,
    userId: string,
    needs: Needs,
    decide: Decision<T>,
  ): Promise<{ result: T } | undefined> => {
    const draft = new TaskDraft({ userId, now: now() }, await writes.read(userId, needs));
    const result = await decide(draft, writes);
    const changes = draft.changes();
    return changes === undefined || (await writes.write(changes)) ? { result } : undefined;
  };

  return {
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
      const writes = taskWritesRepository(database);
      const { result } = await optimistically((round) =>
        attempt(writes, userId, round === 1 ? needs : together([needs, suspected]), decide),
      );
      return result;
    },

    /** With the tasks locked, for what concerns their subtasks: none can be added meanwhile. */
    changeLocked: async <T>(userId: string, needs: Needs, decide: Decision<T>): Promise<T> =>
      transaction(database, async (trx) => {
        const writes = taskWritesRepository(trx);
        await writes.lock(userId, needs.tasks);
        const { result } = await optimistically(() => attempt(writes, userId, needs, decide));
        return result;
      }),
  };
}

export type TaskWriter = ReturnType<typeof taskWriter>;
