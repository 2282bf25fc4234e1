/**
 * `npm run mutation` changes the domain in thousands of places, one at a time, and counts the changes that no test
 * notices. It takes hours; a part is asked for with `npm run mutation -- --mutate 'lib/domain/approval/*.ts'`.
 */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts', pool: 'forks', related: false },
  mutate: ['lib/domain/**/*.ts'],
  coverageAnalysis: 'perTest',
  // A constant of a module is there before any test runs, so that each of them would need every test.
  ignoreStatic: true,
  // TypeScript 7 has no JavaScript API with which Stryker could rewrite tsconfig.json, and no test needs that file.
  tsconfigFile: 'tsconfig.none.json',
  ignorePatterns: ['.local', 'cdk.out'],
  tempDirName: '.local/stryker',
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, reportMutants: false },
  htmlReporter: { fileName: '.local/mutation/report.html' },
  jsonReporter: { fileName: '.local/mutation/report.json' },
};
