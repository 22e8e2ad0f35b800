import pg from 'pg';
import { inject } from 'vitest';
import { createCitusDatabase, dropCitusDatabase } from './citus.ts';
import { administer, databaseUrl } from './databases.ts';

/** Whether servers reach the database directly, so that they may use prepared statements: not with `TEST_POOLER=1`. */
export const PREPARE = process.env.TEST_POOLER !== '1';

export interface TestDatabase {
  /** As servers reach it. */
  readonly url: string;
  drop(): Promise<void>;
}

let made = 0;

/** A database of its own for a test file, cloned from the migrated template; on Citus made and distributed anew. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl');
  made += 1;
  const name = `taskpact_test_${process.pid}_${Date.now()}_${made}`;
  const url = databaseUrl(inject('servedUrl'), name);
  if (inject('onCitus') && !empty) {
    await createCitusDatabase(adminUrl, name);
    return { url, drop: () => dropCitusDatabase(adminUrl, name) };
  }
  const template = empty ? 'template0' : inject('templateName');
  await retryWhileBusy(() => administer(adminUrl, `create database ${name} template ${template}`));
  const drop = () => administer(adminUrl, `drop database if exists ${name} with (force)`);
  return { url, drop: () => retryWhileBusy(drop) };
}

/**
 * Two files that clone the template at the same moment: PostgreSQL lets only one. And a database in which the autovacuum
 * is at work, which is the superuser's, can't be dropped by anybody else.
 */
async function retryWhileBusy(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && ['55006', '42501'].includes(error.code ?? '');
      if (!busy || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
