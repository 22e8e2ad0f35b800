/**
 * Spreads the database over the machines of a Citus cluster: what belongs to a user lies together, by the user's id.
 *
 *   npm run db:distribute
 *
 * The database is that of DATABASE_URL: the coordinator, on which `create extension citus` was run and the workers were
 * added. On a database without Citus it says so and changes nothing; nor does it when everything is distributed already.
 * Exit code 0: done, or nothing to do. 1: it failed, and nothing is changed.
 */
import { loadDatabaseConfig } from '../src/config.ts';
import { distribute } from '../src/db/distribution/distribute.ts';
import { explain, withDatabase } from './with-database.ts';

try {
  await withDatabase(loadDatabaseConfig(), (database) => distribute(database, (step) => console.log(step)));
} catch (error) {
  console.error(`Taskpact can't distribute the database: ${explain(error)}`);
  process.exitCode = 1;
}
