/**
 * The tests of what the server does, on a Citus cluster: each test file gets a database of its own that is distributed
 * over all machines. `CITUS_URL` leads to a database on the coordinator in which Citus is installed and the workers are
 * added; its role makes databases and extensions. Without it nothing is run, and that is said. Further arguments go to
 * vitest: `npm run test:citus -- tests/operations/createTask.test.ts`.
 */
import { runTests } from './vitest.ts';

/** Left out are tests of PostgreSQL itself: its faults, its plans, the embedded one, and taking migrations back. */
const FOLDERS = ['operations', 'lists', 'security', 'mail', 'jobs'].map((folder) => `tests/${folder}/`);

const { CITUS_URL } = process.env;
if (CITUS_URL === undefined || CITUS_URL === '') {
  console.log(
    'Skipped: CITUS_URL is not set, and Citus can not be installed from npm. docs/scaling.md tells more.',
  );
} else {
  const given = process.argv.slice(2);
  runTests('main', given.length > 0 ? given : FOLDERS, { TEST_DATABASE_URL: CITUS_URL, TEST_ON_CITUS: '1' });
}
