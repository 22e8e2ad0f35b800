import type { Database } from '../db/knex.ts';
import { bossOn } from './boss.ts';
import { DEAD_LETTERS } from './job.ts';

/** Puts all dead letters back into their queues, to be tried like new ones. @returns how many there were */
export async function retryDeadLetters(database: Database): Promise<number> {
  const boss = await bossOn(database);
  if ((await boss.getQueue(DEAD_LETTERS)) === null) return 0;
  let total = 0;
  for (let moved = -1; moved !== 0; total += moved) moved = await boss.redrive(DEAD_LETTERS);
  return total;
}

/** Throws all dead letters away. @returns how many there were */
export async function discardDeadLetters(database: Database): Promise<number> {
  return database('pgboss.job').where({ name: DEAD_LETTERS }).delete();
}
