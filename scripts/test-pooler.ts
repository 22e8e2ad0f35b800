/**
 * The tests of `npm test` with a transaction pooler, a real pgbouncer, between every server and its PostgreSQL.
 *
 *   npm run test:pooler                 the short form: what writes, waits, locks, queues and migrates
 *   npm run test:pooler -- --long       all of them, which takes as long as `npm test`
 *
 * What else is given goes to vitest. The exit code is vitest's.
 */
import { readArguments, runTests } from './vitest.ts';

/** Where a statement meets the connection of somebody else, or a transaction needs its own. */
const SHORT = [
  'tests/operations/createTask.test.ts',
  'tests/operations/batchTasks.test.ts',
  'tests/operations/login.test.ts',
  'tests/operations/refreshSession.test.ts',
  'tests/operations/deleteMe.test.ts',
  'tests/lists',
  'tests/jobs',
  'tests/migrations',
  'tests/security/admins.test.ts',
  'tests/security/first-admin.test.ts',
  'tests/security/two-servers.test.ts',
  'tests/server/concurrent-writes.test.ts',
  'tests/server/database-faults.test.ts',
  'tests/server/export.test.ts',
  'tests/server/idempotency.test.ts',
  'tests/server/mixed-writes.test.ts',
];

const { isLong, rest } = readArguments();
runTests('main', [...(isLong ? [] : SHORT), ...rest], { TEST_POOLER: '1' });
