import { type Database, openDatabase } from '../../src/db/knex.ts';
import type { Job } from '../../src/jobs/job.ts';
import { type JobOutcome, type JobWorker, jobWorker } from '../../src/jobs/worker.ts';
import { createTestDatabase, PREPARE } from './test-database.ts';

/** A job of the tests, which is looked for often and fails often if it fails. */
export function testJob(fields: Partial<Job> & Pick<Job, 'run'>): Job {
  return {
    name: 'test',
    retryLimit: 2,
    retryDelay: 1,
    retryDelayMax: 2,
    timeout: 20,
    pollEvery: 0.5,
    concurrency: 1,
    ...fields,
  };
}

/** A database of its own with any number of workers on it. */
export interface JobScene {
  readonly database: Database;
  readonly attempts: readonly { readonly job: string; readonly outcome: JobOutcome }[];
  readonly log: readonly { readonly fields: object; readonly message: string }[];
  start(...jobs: Job[]): JobWorker;
  close(): Promise<void>;
}

export async function createJobScene(): Promise<JobScene> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ url: testDatabase.url, poolMax: 4, prepare: PREPARE });
  const attempts: { job: string; outcome: JobOutcome }[] = [];
  const log: { fields: object; message: string }[] = [];
  const write = (fields: object, message: string): void => void log.push({ fields, message });
  const workers: JobWorker[] = [];
  return {
    database,
    attempts,
    log,
    start: (...jobs) => {
      const worker = jobWorker({
        database,
        jobs,
        logger: { info: write, warn: write, error: write },
        onAttempt: (job, outcome) => attempts.push({ job, outcome }),
      });
      workers.push(worker);
      worker.start();
      return worker;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await database.destroy();
      await testDatabase.drop();
    },
  };
}
