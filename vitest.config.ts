import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const DEPLOYED = ['test/deployed/**/*.test.ts'];
const UPGRADE = ['test/deployed/upgrade/**/*.test.ts'];
/** They share one loaded copy of zod, the CDK and the domain: none mocks a client or changes the environment for good. */
const UNIT = ['test/{cli,docs,domain,infra,statemachines,web}/**/*.test.ts'];
/** Each file that imports one of these starts an emulator of its own. */
const EMULATED = globSync('test/{adapters,lambdas,local,runtime}/**/*.test.ts', { cwd: import.meta.dirname }).filter(
  (file) => /from '.*support\/(aws|emulator|product)\.ts'/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

// Vitest would leave a core idle. Their time limits are for a machine that is busy: nothing waits for them.
const QUICK = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 }, testTimeout: 60_000 };

// Adapters keep their clients, and Lambdas their environment, for as long as they are loaded: each file loads them again.
const RELOADED = { isolate: false, setupFiles: 'test/support/reload-modules.ts', ...QUICK };

// They stop what dispatches, deploy another policy, other keys or limits, or read all that there is.
const ALONE = ['custom-checks', 'doctored', 'keys', 'large-tables', 'ledger', 'sweep'].map(
  (name) => `test/deployed/${name}.test.ts`,
);
// What they wait for is polled: these are limits.
const SLOW = {
  globalSetup: 'test/deployed/support/setup.ts',
  isolate: false,
  sequence: { groupOrder: 2 },
  testTimeout: 300_000,
  hookTimeout: 600_000,
};

const FULL = { lines: 100, branches: 100 };
const MOST = { lines: 90, branches: 90 };

export default defineConfig({
  test: {
    // Everything that is deployed or run by people. What only synth and an emulator start (bin/, local/) is not counted:
    // it runs in processes of its own, in the deployed suites. An ignore comment counts as a line to be reached.
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts', 'lambdas/**/*.ts'],
      reportsDirectory: '.local/coverage',
      reporter: ['text-summary', ['text', { file: 'coverage.txt', skipFull: true }]],
      thresholds: {
        'lib/domain/**/*.ts': FULL,
        ...Object.fromEntries(
          ['lambdas', 'lib/adapters', 'lib/cli', 'lib/infra', 'lib/runtime', 'lib/web'].map((room) => [
            `${room}/**/*.ts`,
            MOST,
          ]),
        ),
      },
    },
    projects: [
      { test: { name: 'unit', include: UNIT, isolate: false, ...QUICK } },
      {
        test: {
          name: 'isolated',
          include: ['test/**/*.test.ts'],
          exclude: [...DEPLOYED, ...UNIT, ...EMULATED],
          ...RELOADED,
        },
      },
      { test: { name: 'emulated', include: EMULATED, ...RELOADED } },
      // Each file has models of its own. They mostly wait, so that more of them run at once than there are cores.
      { test: { name: 'deployed', include: DEPLOYED, exclude: [...UPGRADE, ...ALONE], ...SLOW, maxWorkers: 3 } },
      // It has an account of its own, beside that of the others.
      { test: { name: 'upgrade', include: UPGRADE, ...SLOW, globalSetup: [], maxWorkers: 3 } },
      { test: { name: 'deployed-alone', include: ALONE, ...SLOW, maxWorkers: 1, sequence: { groupOrder: 3 } } },
    ],
  },
});
