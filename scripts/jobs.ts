/**
 * Shows what is in the queues, and deals with the jobs that have failed at every attempt.
 *
 *   npm run jobs                 say what is there and not done
 *   npm run jobs -- retry        put the dead letters back into their queues
 *   npm run jobs -- discard      throw the dead letters away
 *
 * The database is that of DATABASE_URL; the server may be running, and does the work.
 */
import { ConfigError, loadDatabaseConfig } from '../src/config.ts';
import { type Database, openDatabase } from '../src/db/knex.ts';
import { discardDeadLetters, retryDeadLetters } from '../src/jobs/dead-letters.ts';
import { jobQueue } from '../src/jobs/queue.ts';

const commands: Readonly<Record<string, (database: Database) => Promise<string>>> = {
  list: async (database) => {
    const counts = await jobQueue(database).count();
    const lines = counts.map(({ job, state, count }) => `${job}\t${state}\t${count}`);
    return lines.length === 0 ? 'There is nothing to do.' : lines.toSorted().join('\n');
  },
  retry: async (database) => `put back ${await retryDeadLetters(database)}`,
  discard: async (database) => `threw away ${await discardDeadLetters(database)}`,
};

async function main([name = 'list', ...rest]: readonly string[]): Promise<string> {
  const command = commands[name];
  if (command === undefined || rest.length > 0) throw new ConfigError('Use list, retry or discard.');
  const { database: options } = loadDatabaseConfig();
  if (options.url === undefined) throw new ConfigError('DATABASE_URL is not set.');
  const database = openDatabase({ ...options, url: options.url, poolMax: 1 });
  try {
    return await command(database);
  } finally {
    await database.destroy();
  }
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  console.error(`Taskpact can't look after its jobs: ${(error as Error).message}`);
  process.exitCode = 1;
}
