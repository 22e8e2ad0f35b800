import type { Knex } from 'knex';
import type { Db, PgBoss } from 'pg-boss';
import type { Database } from '../db/knex.ts';
import { DEAD_LETTERS, type Job } from './job.ts';

/** Days that a dead letter is kept. */
const KEEP_DEAD = 30;

/** Loaded when it is first needed: it takes longer than everything else that a start waits for. */
const load = () => import('pg-boss');

/** What pg-boss sees of the database; a transaction of ours serves as well as the pool. */
function through(connection: Database | Knex.Transaction, fromKnex: typeof import('pg-boss').fromKnex): Db {
  return {
    executeSql: async (text, values) => {
      // Some statements come with a transaction around them. Run as they are, a failure would leave it open on a connection
      // of the pool, and their commit would commit a transaction of ours.
      const [, statements] = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(text) ?? [];
      if (statements === undefined) return fromKnex(connection).executeSql(text, values);
      return connection.transaction((trx) => fromKnex(trx).executeSql(statements));
    },
  };
}

/** A pg-boss that works in one transaction of ours, and starts nothing. */
export async function bossWithin(trx: Knex.Transaction): Promise<PgBoss> {
  const { PgBoss, fromKnex } = await load();
  return new PgBoss({ db: through(trx, fromKnex) });
}

/** A pg-boss on the server's own pool, not started. It holds no connection while it waits and needs no session. */
export async function bossOn(database: Database): Promise<PgBoss> {
  const { PgBoss, fromKnex } = await load();
  return new PgBoss({
    db: through(database, fromKnex),
    // Ours: `npm run migrate`.
    migrate: false,
    // Queues as short as these need no care of their indexes, and their owner may not be whom we log in as.
    reindex: false,
    monitorVacuum: false,
  });
}

/** Makes the queue if it is not there; settings of one that is are brought up to date. */
export async function ensureQueue(boss: PgBoss, job: Job): Promise<void> {
  await boss.createQueue(DEAD_LETTERS, { retentionSeconds: KEEP_DEAD * 86_400 });
  const options = {
    deadLetter: DEAD_LETTERS,
    retryLimit: job.retryLimit,
    retryDelay: job.retryDelay,
    retryBackoff: true,
    retryDelayMax: job.retryDelayMax,
    expireInSeconds: job.timeout,
  };
  await boss.createQueue(job.name, options);
  await boss.updateQueue(job.name, options);
}
