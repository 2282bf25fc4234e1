import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** These may share one loaded copy of zod, the CDK and the domain: none mocks a client or changes the environment for good. */
const UNIT = ['test/{cli,docs,domain,infra,statemachines,web}/**/*.test.ts'];

// Vitest would leave a core idle. Their time limits are for a machine that is busy: nothing waits for them.
const QUICK = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 }, testTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: UNIT, isolate: false, ...QUICK } },
      // Adapters keep their clients, and Lambdas their environment, for as long as they are loaded.
      { test: { name: 'isolated', include: ['test/**/*.test.ts'], exclude: ['test/deployed/**', ...UNIT], ...QUICK } },
      {
        test: {
          name: 'deployed',
          include: ['test/deployed/**/*.test.ts'],
          exclude: ['test/deployed/upgrade/**'],
          globalSetup: 'test/deployed/support/setup.ts',
          // One deployment serves all files, one after the other and after the quick ones. What they wait for is polled:
          // these are limits.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'upgrade',
          include: ['test/deployed/upgrade/**/*.test.ts'],
          // It has an account of its own, beside that of the others.
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
