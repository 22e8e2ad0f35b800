/**
 * Brings the database to the schema that this version needs.
 *
 *   npm run migrate                 apply the migrations that are missing, all of them or none
 *   npm run migrate -- status       say which are missing
 *   npm run migrate -- down         take back the newest one, with the data in it; in production only with --yes
 *
 * The database is that of DATABASE_URL or, if that is not set, the embedded one in DATA_DIR; no server may be running on
 * that. Exit code 0: done, or up to date. 1: it failed. 2: `status` found that migrations are missing.
 */
import { parseArgs } from 'node:util';
import { loadDatabaseConfig } from '../src/config.ts';
import type { Database } from '../src/db/knex.ts';
import { migrateDown, migrateUp, pendingMigrations } from '../src/db/migrations.ts';
import { CommandError, explain, withDatabase } from './with-database.ts';

/** Each command prints what it did, and answers the exit code. */
const commands: Readonly<Record<string, (database: Database) => Promise<number>>> = {
  up: async (database) => {
    const applied = await migrateUp(database);
    for (const name of applied) console.log(`applied ${name}`);
    if (applied.length === 0) console.log('The database is up to date.');
    return 0;
  },
  down: async (database) => {
    const name = await migrateDown(database);
    console.log(name === undefined ? 'There is no migration to take back.' : `took back ${name}`);
    return 0;
  },
  status: async (database) => {
    const pending = await pendingMigrations(database);
    for (const name of pending) console.log(`missing ${name}`);
    if (pending.length === 0) console.log('The database is up to date.');
    return pending.length === 0 ? 0 : 2;
  },
};

async function main(): Promise<number> {
  const { name, isConfirmed } = parseCommand();
  const command = commands[name];
  if (command === undefined) throw new CommandError(`There is no command ${name}; use up, down or status.`);
  const config = loadDatabaseConfig();
  if (name === 'down' && config.environment === 'production' && !isConfirmed) {
    throw new CommandError('Taking back a migration loses data. In production it takes --yes.');
  }
  return withDatabase(config, command);
}

function parseCommand(): { name: string; isConfirmed: boolean } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { yes: { type: 'boolean' } },
    });
    if (positionals.length > 1)
      throw new Error(`Only one command at a time, not ${positionals.join(' and ')}`);
    return { name: positionals[0] ?? 'up', isConfirmed: values.yes === true };
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`Taskpact can't migrate: ${explain(error)}`);
  process.exitCode = 1;
}
