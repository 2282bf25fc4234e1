import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { PATIENCE_MS } from './test/support/patiently.ts';

const DEPLOYED = ['test/deployed/**/*.test.ts'];
const UPGRADE = ['test/deployed/upgrade/**/*.test.ts'];
const ALONE = 'test/deployed/alone.test.ts';
const IMPORTED_BY_ALONE = 'test/deployed/alone/*.test.ts';
/** They share one loaded copy of zod, the CDK and the domain: none mocks a client or changes the environment for good. */
const UNIT = ['test/{cli,docs,domain,infra,rights,statemachines,web}/**/*.test.ts'];
/** Each file that imports one of these starts an emulator of its own. */
const EMULATED = globSync('test/{adapters,lambdas,local,runtime}/**/*.test.ts', { cwd: import.meta.dirname }).filter(
  (file) =>
    /from '.*support\/(aws|emulator|product|swept)\.ts'/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

// A worker for each core, which Vitest would leave one of idle, and two for what mostly waits: the file that is deployed
// alone and that of the upgrade from the start on, then those that wait for an emulator. Their time limits are for a machine
// that is busy: nothing waits for them.
const FIRST = { maxWorkers: availableParallelism() + 2, sequence: { groupOrder: 1 } };
/** Vitest itself gives up after a second (test/support/patiently). */
const POLLING = { poll: { timeout: PATIENCE_MS } };
const QUICK = { ...FIRST, testTimeout: 600_000, hookTimeout: 600_000, expect: POLLING };

// Adapters keep their clients, and Lambdas their environment, for as long as they are loaded: each file loads them again.
const RELOADED = { isolate: false, setupFiles: 'test/support/reload-modules.ts', ...QUICK };

// What they wait for is polled: these are limits.
const SLOW = { isolate: false, testTimeout: 600_000, hookTimeout: 900_000, expect: POLLING };
// They mostly wait, so that more of them run at once than there are cores.
const LAST = { ...SLOW, maxWorkers: 4, sequence: { groupOrder: 2 } };
const ASSEMBLY = 'test/deployed/support/assembly.ts';
const DEPLOYMENT = 'test/deployed/support/setup.ts';

const LONG = ['deployed-alone', 'upgrade'];

/** Vitest goes by the names of the projects. What takes longest starts first, or it would end long after the rest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project: { name, config } }: TestSpecification) =>
      2 * config.sequence.groupOrder + (LONG.includes(name) ? 0 : 1);
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

// Lines alone are not enough: a function on one line counts as reached as soon as it is defined.
const FULL = { lines: 100, branches: 100, functions: 100, statements: 100 };
const MOST = { lines: 90, branches: 90, functions: 90, statements: 90 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/every-field-is-answered.ts'],
    // Everything that is deployed or run by people. What only synth and an emulator start (bin/, local/) is not counted:
    // it runs in processes of its own, in the deployed suites. Nothing is left out by a comment (test/layout).
    coverage: {
      provider: 'custom',
      customProviderModule: './test/support/reached-code.ts',
      include: ['lib/**/*.ts', 'lambdas/**/*.ts'],
      reportsDirectory: '.local/coverage',
      reporter: ['text-summary', ['text', { file: 'coverage.txt', skipFull: true }]],
      thresholds: {
        'lib/domain/**/*.ts': FULL,
        'lambdas/**/*.ts': MOST,
        ...Object.fromEntries(
          ['lib/adapters', 'lib/cli', 'lib/infra', 'lib/openapi', 'lib/rights', 'lib/runtime', 'lib/web'].map(
            (room) => [`${room}/**/*.ts`, MOST],
          ),
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
      // Each file has models of its own.
      {
        test: {
          name: 'deployed',
          include: DEPLOYED,
          exclude: [...UPGRADE, ALONE, IMPORTED_BY_ALONE],
          globalSetup: [ASSEMBLY, DEPLOYMENT],
          ...LAST,
        },
      },
      // One file that runs others in turn, in a deployment of its own. It takes longest and mostly waits: it starts first.
      { test: { name: 'deployed-alone', include: [ALONE], globalSetup: [ASSEMBLY, DEPLOYMENT], ...SLOW, ...FIRST } },
      // It makes its deployments itself.
      { test: { name: 'upgrade', include: UPGRADE, globalSetup: ASSEMBLY, ...SLOW, ...FIRST } },
    ],
  },
});
