/**
 * Times the whole test suite of another checkout against that of this one, in turn on the same machine: `npm run
 * bench:tests -- OTHER_CHECKOUT`. In both, run `npm ci` first, and the tests once, which makes the emulator's venv.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import * as z from 'zod';

const Report = z.object({
  numTotalTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

type Measured = {
  readonly wall: number;
  readonly processor: number;
  readonly tests: string;
  /** Seconds spent in the files of each folder of `test`. Files that run in parallel overlap. */
  readonly suites: ReadonlyMap<string, number>;
};

const here = join(import.meta.dirname, '..');
const other = process.argv[2];
if (other === undefined) throw new Error('name the other checkout');

const before = await measure(resolve(other));
const now = await measure(here);
const line = (name: string, one = 0, two = 0) =>
  [name.padEnd(22), one.toFixed(1).padStart(8), two.toFixed(1).padStart(8), (two / one).toFixed(2).padStart(6)].join(
    ' ',
  );
process.stdout.write(`${'suite'.padEnd(22)}   before      now  ratio\n`);
for (const name of [...new Set([...before.suites.keys(), ...now.suites.keys()])].toSorted()) {
  process.stdout.write(`${line(name, before.suites.get(name), now.suites.get(name))}\n`);
}
process.stdout.write(`${line('npm test', before.wall, now.wall)}\n`);
process.stdout.write(`${line('processor seconds', before.processor, now.processor)}\n`);
process.stdout.write(`before: ${before.tests}\nnow:    ${now.tests}\n`);

async function measure(checkout: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const report = join(folder, 'report.json');
    const command = `TIMEFORMAT='%R %U %S'; time npm test -- --reporter=json --outputFile=${report} >/dev/null 2>&1`;
    const [wall = 0, user = 0, system = 0] = (await readErrors(command, checkout)).trim().split(' ').map(Number);
    const { testResults, numTotalTests, numFailedTests, numPendingTests } = Report.parse(
      JSON.parse(await readFile(report, 'utf8')),
    );
    const suites = new Map<string, number>();
    for (const { name, startTime, endTime } of testResults) {
      const [suite = ''] = relative(join(checkout, 'test'), name).split('/');
      suites.set(suite, (suites.get(suite) ?? 0) + (endTime - startTime) / 1000);
    }
    const tests = `${numTotalTests} tests, ${numFailedTests} failed, ${numPendingTests} not run`;
    return { wall, processor: user + system, tests, suites };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * What bash prints to stderr, its times among it. They cover ended processes only, and the suite ends all of its own.
 */
function readErrors(command: string, cwd: string): Promise<string> {
  return new Promise((resolveErrors, reject) => {
    const child = spawn('bash', ['-c', command], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolveErrors(errors));
  });
}
