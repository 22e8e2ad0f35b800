import type { Knex } from 'knex';
import type { Database } from '../db/knex.ts';
import { bossWithin, ensureQueue } from './boss.ts';
import { DEAD_LETTERS, type Job, type JobTrace } from './job.ts';

/** How many jobs are in a state. */
export interface JobCount {
  readonly job: string;
  /** `dead` for those that have failed at every attempt. */
  readonly state: string;
  readonly count: number;
}

/** Where jobs wait for a worker. */
export interface JobQueue {
  /** Adds a job in the transaction that causes it: it is done if, and only if, that is committed. */
  add<Data extends object>(trx: Knex.Transaction, job: Job<Data>, data: Data): Promise<void>;
  /** Drops what waits and holds this value, dead letters included. */
  drop(trx: Knex.Transaction, field: string, value: string): Promise<void>;
  /** What is there and not done. */
  count(): Promise<JobCount[]>;
}

/** @param trace ties each job to the request that leaves it */
export function jobQueue(database: Database, trace?: Pick<JobTrace, 'carrier'>): JobQueue {
  /** Queues that are known to be there, so that nobody has to look. */
  const known = new Set<string>();
  return {
    add: async (trx, job, data) => {
      const boss = await bossWithin(trx);
      if (!known.has(job.name)) {
        // No worker has been here yet. The transaction that makes the queue may still be rolled back.
        if ((await boss.getQueue(job.name)) === null) await ensureQueue(boss, job as Job);
        else known.add(job.name);
      }
      await boss.send(job.name, { ...data, ...trace?.carrier() });
    },

    drop: async (trx, field, value) => {
      await trx('pgboss.job').whereRaw('data ->> ? = ?', [field, value]).delete();
    },

    count: async () => {
      const { rows }: { rows: { name: string; source: string | null; state: string; count: string }[] } =
        await database.raw(
          `select name, source_name as source, state::text, count(*) from pgboss.job
           where state not in ('completed', 'cancelled') group by name, source_name, state`,
        );
      return rows.map(({ name, source, state, count }) => ({
        job: name === DEAD_LETTERS ? (source ?? name) : name,
        state: name === DEAD_LETTERS ? 'dead' : state,
        count: Number(count),
      }));
    },
  };
}
