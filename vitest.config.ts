import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const main = [
  'unit',
  'contract',
  'operations',
  'lists',
  'performance',
  'security',
  'server',
  'migrations',
  'statements',
  'mock',
  'release',
  'mail',
  'jobs',
  'monitoring',
  'backup',
];

/**
 * `main` and `embedded` are everything that needs nothing but Node; `statuses` runs after them, on what was recorded;
 * `browser` needs Chromium and is run by `npm run test:browser`; `package` installs what would be published,
 * `npm run test:package`; `conformance` sends what it generates from the contract, `npm run test:contract`; `faults`
 * breaks what the server stands on, `npm run test:faults`; `instances` runs several of it on one database,
 * `npm run test:instances`.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        resolve: { alias: { '@taskpact/sdk': fileURLToPath(new URL('sdk/src/index.ts', import.meta.url)) } },
        test: {
          name: 'main',
          include: main.map((folder) => `tests/${folder}/**/*.test.ts`),
          // Loading the server takes longer than most files do, so a worker loads it once for all of its files.
          isolate: false,
          setupFiles: 'tests/setup/leave-no-trace.ts',
          globalSetup: 'tests/setup/global-setup.ts',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // With a process for each file: its support keeps clusters for a file, and ends them with it.
        test: { name: 'embedded', include: ['tests/embedded/*.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'statuses', include: ['tests/statuses/*.test.ts'], sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { name: 'package', include: ['tests/package/**/*.test.ts'], sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts', 'tests/model/*.test.ts'],
          globalSetup: 'tests/setup/global-setup.ts',
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: 'tests/setup/global-setup.ts',
          // Each file has processes of its own, and what they do under load shall not depend on another file.
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: 'instances',
          include: ['tests/instances/**/*.test.ts'],
          globalSetup: 'tests/setup/global-setup.ts',
          // Each file has three servers or more.
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
