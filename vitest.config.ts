import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/deployed/**'],
          sequence: { groupOrder: 1 },
          // Some start the command line or an emulator as a process of its own, on a machine that may be busy.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'deployed',
          include: ['test/deployed/**/*.test.ts'],
          globalSetup: 'test/deployed/support/setup.ts',
          // One deployment serves all files, one after the other and after the quick ones. What they wait for is polled:
          // these are limits.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
