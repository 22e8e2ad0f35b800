/** Jobs on a real database: when they are done, how often, and what happens when they fail. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GiveUpError, type Job } from '../../src/jobs/job.ts';
import { jobQueue } from '../../src/jobs/queue.ts';
import { createJobScene, type JobScene, testJob } from '../setup/jobs.ts';
import { until } from '../setup/service-process.ts';

let scene: JobScene;
beforeEach(async () => {
  scene = await createJobScene();
});
afterEach(() => scene.close());

const add = (job: Job, data: object = {}) =>
  scene.database.transaction((trx) => jobQueue(scene.database).add(trx, job, data));
const outcomes = () => scene.attempts.map(({ outcome }) => outcome);
const said = (message: string) => scene.log.some((line) => line.message === message);
const rows = () => scene.database('pgboss.job').whereNot({ name: '__pgboss__send-it' });

/** A job that keeps what it was given. */
function keeper(fields: Partial<Job> = {}): { job: Job; done: object[] } {
  const done: object[] = [];
  return { job: testJob({ run: async (data) => void done.push(data), ...fields }), done };
}

describe('a job', () => {
  it('is done if and only if the transaction that causes it is committed', async () => {
    const { job, done } = keeper();
    scene.start(job);
    const queue = jobQueue(scene.database);
    const failing = scene.database.transaction(async (trx) => {
      await queue.add(trx, job, { number: 1 });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await add(job, { number: 2 });
    await until(() => done.length > 0, 'the job is done');
    expect(done).toEqual([{ number: 2 }]);
  });

  it('can be added before any worker has been there, by several at once', async () => {
    const { job, done } = keeper({ concurrency: 5 });
    await Promise.all([1, 2, 3, 4].map((number) => add(job, { number })));
    scene.start(job);
    await until(() => done.length === 4, 'all jobs are done');
  });

  it('needs no connection beside that of the transaction', async () => {
    const { job } = keeper();
    const held = [0, 1, 2].map(() => scene.database.raw('select pg_sleep(2)').then(() => 'late'));
    const added = add(job).then(() => 'added');
    expect(await Promise.race([added, ...held])).toBe('added');
    await Promise.all(held);
  });

  it('leaves nothing behind when it is done', async () => {
    const { job } = keeper();
    scene.start(job);
    await add(job, { canary: 'x' });
    await until(() => outcomes().length === 1, 'the job is done');
    expect(await rows()).toEqual([]);
  });

  it('is tried again with growing pauses, and is a dead letter when no attempt succeeds', async () => {
    const times: number[] = [];
    const job = testJob({
      run: async () => {
        times.push(Date.now());
        throw new Error('canary: what the error says');
      },
    });
    scene.start(job);
    await add(job, { number: 7 });
    await until(() => outcomes().length === 3, 'three attempts have failed');
    expect(outcomes()).toEqual(['failed', 'failed', 'given_up']);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(500);
    expect(third - second).toBeGreaterThanOrEqual(900);

    const queue = jobQueue(scene.database);
    await until(
      async () => (await queue.count()).some(({ state }) => state === 'dead'),
      'it is a dead letter',
    );
    expect(await queue.count()).toContainEqual({ job: 'test', state: 'dead', count: 1 });
    const [dead] = await scene.database('pgboss.job').where({ name: 'dead_letters' });
    expect(dead.data).toEqual({ number: 7 });
    // The reason is for the log alone.
    expect(JSON.stringify(await rows())).not.toContain('canary');
    expect(said('job given up: it is a dead letter now')).toBe(true);
  });

  it('is a dead letter at once when another attempt would make no difference', async () => {
    const job = testJob({
      run: async () => {
        throw new GiveUpError('never');
      },
    });
    scene.start(job);
    await add(job);
    const queue = jobQueue(scene.database);
    await until(
      async () => (await queue.count()).some(({ state }) => state === 'dead'),
      'it is a dead letter',
    );
    expect(outcomes()).toEqual(['given_up']);
  });

  it('fails alone: others that are worked on at the same time are done', async () => {
    const done: unknown[] = [];
    const job = testJob({
      concurrency: 3,
      run: async (data) => {
        if ('bad' in data) throw new GiveUpError('bad');
        done.push(data);
      },
    });
    for (const data of [{ number: 1 }, { bad: true }, { number: 2 }]) await add(job, data);
    scene.start(job);
    await until(() => outcomes().length === 3, 'all were tried');
    expect(done).toHaveLength(2);
    expect(outcomes().toSorted()).toEqual(['done', 'done', 'given_up']);
  });

  it('can be dropped while it waits', async () => {
    const { job } = keeper();
    await add(job, { user_id: 'a' });
    await add(job, { user_id: 'b' });
    await scene.database.transaction((trx) => jobQueue(scene.database).drop(trx, 'user_id', 'a'));
    expect(await rows().pluck('data')).toEqual([{ user_id: 'b' }]);
  });
});

describe('a schedule', () => {
  it('that came due while nobody was there is run once, however many instances start', async () => {
    const { job, done } = keeper({ schedule: '0 3 * * *' });
    const first = scene.start(job);
    await until(async () => (await scene.database('pgboss.schedule')).length === 1, 'it is registered');
    await first.stop();
    const past = new Date(Date.now() - 2 * 86_400_000);
    await scene.database('pgboss.schedule').update({ created_on: past });
    await scene.database('pgboss.version').update({ cron_on: past });
    for (let instance = 0; instance < 3; instance += 1) scene.start(job);
    await until(() => done.length > 0, 'it is run');
    await sleep(3_000);
    expect(done).toHaveLength(1);
  });
});

describe('a worker', () => {
  it('waits for what is under way when it is stopped', async () => {
    const events: string[] = [];
    const job = testJob({
      run: async () => {
        events.push('begun');
        await sleep(1_500);
        events.push('done');
      },
    });
    await add(job);
    const worker = scene.start(job);
    await until(() => events.length === 1, 'the job has begun');
    await worker.stop();
    expect(events).toEqual(['begun', 'done']);
    expect(await rows()).toEqual([]);
  });

  it('can be stopped before it was started, while it starts, and twice', async () => {
    const { job } = keeper();
    const worker = scene.start(job);
    await Promise.all([worker.stop(), worker.stop()]);
    await worker.stop();
  });

  it('begins as soon as there are tables for it, and does not fail before', async () => {
    const { job, done } = keeper();
    await add(job);
    await scene.database.raw('alter schema pgboss rename to pgboss_elsewhere');
    scene.start(job);
    await until(() => said('jobs are not worked on yet'), 'it has tried');
    await scene.database.raw('alter schema pgboss_elsewhere rename to pgboss');
    await until(() => done.length === 1, 'the job is done');
  });

  it('goes on when the database was away', async () => {
    const { job, done } = keeper();
    scene.start(job);
    await add(job, { number: 1 });
    await until(() => done.length === 1, 'the first job is done');
    for (let round = 0; round < 10; round += 1) {
      await scene.database
        .raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()')
        .catch(() => {});
    }
    await until(
      () =>
        add(job, { number: 2 }).then(
          () => true,
          () => false,
        ),
      'a job is added',
    );
    await until(() => done.length === 2, 'the second job is done');
  });
});
