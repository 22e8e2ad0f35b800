import { setTimeout as sleep } from 'node:timers/promises';
import type { JobResult, PgBoss, Job as StoredJob } from 'pg-boss';
import type { Database } from '../db/knex.ts';
import { bossOn, ensureQueue } from './boss.ts';
import { GiveUpError, type Job, type JobLog, type JobTrace } from './job.ts';

/** What an attempt came to. */
export type JobOutcome = 'done' | 'failed' | 'given_up';

export interface JobWorkerOptions {
  readonly database: Database;
  readonly jobs: readonly Job[];
  readonly logger: JobLog;
  /** Told of every attempt. */
  readonly onAttempt: (job: string, outcome: JobOutcome) => void;
  readonly trace?: Pick<JobTrace, 'attempt'> | undefined;
}

export interface JobWorker {
  /** Begins to work, now or as soon as the database lets it. Does not wait for that, and never throws. */
  start(): void;
  /** Begins nothing new, and waits for what is under way; what is not done in time is tried again elsewhere. */
  stop(): Promise<void>;
}

/** Milliseconds. */
const LIMITS = { firstRetry: 1_000, longestRetry: 30_000, stop: 8_000 };

/** Works off the queues of these jobs, along with any other instance on the same database. */
export function jobWorker({ database, jobs, logger, onAttempt, trace }: JobWorkerOptions): JobWorker {
  const stopping = new AbortController();
  let running: Promise<PgBoss | undefined> | undefined;

  const attempt = async (boss: PgBoss, job: Job, stored: StoredJob): Promise<JobResult> => {
    const { id, data, retryCount } = stored;
    try {
      await job.run(data, stored.signal);
      // What it was about is nobody's business any more.
      await boss.deleteJob(job.name, id);
      onAttempt(job.name, 'done');
      return { id, status: 'completed' };
    } catch (error) {
      const givenUp = error instanceof GiveUpError || retryCount >= job.retryLimit;
      const level = givenUp ? 'error' : 'warn';
      const what = givenUp ? 'job given up: it is a dead letter now' : 'job failed: it will be tried again';
      logger[level]({ err: error, job: job.name, id, attempt: retryCount + 1 }, what);
      onAttempt(job.name, givenUp ? 'given_up' : 'failed');
      // The reason is in the log. An error may hold anything, so it is not stored.
      const output = { name: error instanceof Error ? error.name : typeof error };
      return { id, status: error instanceof GiveUpError ? 'deadletter' : 'failed', output };
    }
  };

  const tracedAttempt = (boss: PgBoss, job: Job, stored: StoredJob & { retryCount: number }) =>
    trace?.attempt(job.name, stored, () => attempt(boss, job, stored)) ?? attempt(boss, job, stored);

  const begin = async (): Promise<PgBoss> => {
    const boss = await bossOn(database);
    boss.on('error', (error) => logger.warn({ err: error }, 'the job queue has a problem'));
    boss.on('warning', ({ message }) => logger.warn({ reason: message }, 'the job queue warns'));
    try {
      await boss.start();
      for (const job of jobs) {
        await ensureQueue(boss, job);
        if (job.schedule !== undefined) await boss.schedule(job.name, job.schedule, null, { missed: 'once' });
        const options = {
          batchSize: job.concurrency,
          burstWhenBatchFull: true,
          pollingIntervalSeconds: job.pollEvery,
          perJobResults: true,
        } as const;
        await boss.work<object, JobResult[], typeof options>(job.name, options, (batch) =>
          Promise.all(batch.map((stored) => tracedAttempt(boss, job, stored))),
        );
      }
      return boss;
    } catch (error) {
      await boss.stop({ graceful: false, close: false }).catch(() => {});
      throw error;
    }
  };

  const beginAtLast = async (): Promise<PgBoss | undefined> => {
    for (let pause = LIMITS.firstRetry; ; pause = Math.min(pause * 2, LIMITS.longestRetry)) {
      try {
        return await begin();
      } catch (error) {
        logger.warn({ err: error, pause }, 'jobs are not worked on yet');
      }
      const isOver = await sleep(pause, false, { signal: stopping.signal, ref: false }).catch(() => true);
      if (isOver) return undefined;
    }
  };

  return {
    start: () => {
      running ??= beginAtLast();
    },
    stop: async () => {
      stopping.abort();
      const inOrder = async (): Promise<void> => {
        const boss = await running;
        await boss?.stop({ close: false, timeout: LIMITS.stop });
      };
      // Nor does a database that does not answer hold up a stop.
      const patience = new AbortController();
      const over = sleep(LIMITS.stop + 1_000, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([inOrder(), over])
        .catch((error: unknown) => logger.warn({ err: error }, 'jobs were not stopped in order'))
        .finally(() => patience.abort());
    },
  };
}
