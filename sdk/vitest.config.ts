import { defineConfig } from 'vitest/config';

// The suite of the server notes in a folder named after the user which statuses it has seen. Both may run at once.
process.env.USER = `${process.env.USER ?? 'user'}-sdk`;

// `sdk` needs nothing but Node. `mock` is the part of it that a server which remembers nothing can pass, and the stranger's
// program, against the mock server. `package` builds and packs the package and needs npm, but no network. `browser` needs
// Chromium.
// biome-ignore lint/style/noDefaultExport: Vitest asks for it
export default defineConfig({
  test: {
    root: import.meta.dirname,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'sdk',
          include: ['unit', 'contract', 'server'].map((folder) => `tests/${folder}/**/*.test.ts`),
          globalSetup: ['../tests/setup/global-setup.ts', 'tests/support/exchanges.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'mock',
          include: ['tests/server/stateless.test.ts', 'tests/mock/**/*.test.ts'],
          globalSetup: ['tests/support/mock.ts', 'tests/support/packed.ts', 'tests/support/exchanges.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['tests/package/**/*.test.ts'],
          globalSetup: [
            '../tests/setup/global-setup.ts',
            'tests/support/packed.ts',
            'tests/support/exchanges.ts',
          ],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['../tests/setup/global-setup.ts', 'tests/support/packed.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
