/** Fairness from a file to all measures: Assay, the bare group-by of DuckDB and of Polars on the same file, and fairlearn. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { countOutcomes } from '../lib/adapters/counting/duckdb-outcome-counts.ts';
import { fairnessReport } from '../lib/domain/evidence/fairness/fairness-report.ts';
import { toDecimal } from '../lib/domain/evidence/predictions/fraction.ts';
import {
  bareGroupBy,
  behaviourFiles,
  manyGroupsFile,
  manyGroupsQuestion,
  predictionsFile,
  QUESTION,
} from './predictions.ts';
import { printRatio, printTimes, rounds, roundsAsked, timing } from './rounds.ts';

const MILLION = 1_000_000;
const run = promisify(execFile);

const measures = async (file: string, question: Parameters<typeof countOutcomes>[1] = QUESTION) =>
  fairnessReport(await countOutcomes(file, question), 30);

const Fairlearn = z.object({
  milliseconds: z.number(),
  measures: z.record(z.string(), z.number()),
});

const PYTHON = join(import.meta.dirname, '..', '.local', 'bench', 'venv', 'bin', 'python');
const hasPython = !process.argv.includes('--no-python');
const makeVenv = async (): Promise<void> => {
  if (!existsSync(PYTHON)) {
    console.log('making a virtual environment with fairlearn and Polars …');
    await run('python3', ['-m', 'venv', join(PYTHON, '..', '..')]);
  }
  await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', join(import.meta.dirname, 'requirements.txt')]);
};

const fairlearn = async (file: string) =>
  Fairlearn.parse(JSON.parse((await run(PYTHON, [join(import.meta.dirname, 'fairlearn_bench.py'), file])).stdout));

/** The comparison is valid only if both find the same measures. */
const assertSameMeasures = (
  [report]: Awaited<ReturnType<typeof measures>>,
  expected: z.infer<typeof Fairlearn>['measures'],
): void => {
  for (const [name, measure] of Object.entries(report?.measures ?? {})) {
    const value = measure.kind === 'measured' ? Number(toDecimal(measure.value, 15)) : Number.NaN;
    const difference = Math.abs(value - (expected[name] ?? Number.NaN));
    if (!(difference < 1e-12)) throw new Error(`${name} differs from fairlearn's by ${difference}`);
  }
};

const [ten, one] = [await predictionsFile(10 * MILLION), await predictionsFile(MILLION)];
await measures(ten);
await bareGroupBy(ten);

console.log('\nten million rows of Parquet, engine start included on both sides:');
const side = await rounds(roundsAsked(15), [
  { name: 'assay', run: async () => void (await measures(ten)) },
  { name: 'group-by', run: async () => void (await bareGroupBy(ten)) },
]);
printTimes(side);
printRatio(side, 'assay', 'group-by', '≤ 1.1');

console.log('\none million rows, and ten million with weights:');
const alone = await rounds(roundsAsked(5), [
  { name: 'assay, 1 million', run: async () => void (await measures(one)) },
  {
    name: 'assay, weighted',
    run: async () => void (await measures(ten, { ...QUESTION, weight_column: 'weight' })),
  },
]);
printTimes(alone);
console.log(
  `target for one million: ≤ 1000 ms; met by ${timing(alone['assay, 1 million'] ?? []).max.toFixed(0)} ms at worst`,
);

const Once = z.object({ milliseconds: z.number(), megabytes: z.number() });
/** Counts once in a process of its own; answers with its time, and keeps the most memory that it took. */
const fresh = (memory: Map<string, number>, who: string, file: string, attributes?: number) => async () => {
  const script = join(import.meta.dirname, 'fairness-once.ts');
  const { stdout } = await run(process.execPath, [script, who, file, ...(attributes ? [`${attributes}`] : [])]);
  const { milliseconds, megabytes } = Once.parse(JSON.parse(stdout));
  memory.set(who, Math.max(memory.get(who) ?? 0, megabytes));
  return milliseconds;
};

/** The same in Polars. */
const polars = (memory: Map<string, number>, file: string, attributes?: number) => async () => {
  const { protected_attributes: groups } = attributes === undefined ? QUESTION : manyGroupsQuestion(attributes);
  const script = join(import.meta.dirname, 'polars_bench.py');
  const env = { ...process.env, POLARS_MAX_THREADS: '2' };
  const { stdout } = await run(PYTHON, [script, file, 'label', 'prediction', ...groups], { env });
  const { milliseconds, megabytes } = Once.parse(JSON.parse(stdout));
  memory.set('polars', Math.max(memory.get('polars') ?? 0, megabytes));
  return milliseconds;
};

if (hasPython) await makeVenv();

type Case = {
  readonly name: string;
  readonly file: string;
  readonly target: string;
  readonly attributes?: number;
  readonly own?: string;
  readonly peer?: string;
};
const CASES: Case[] = [
  { name: 'few groups, ten million rows of Parquet', file: ten, target: '≤ 1.1' },
  { name: 'few groups, two million rows of CSV', file: await predictionsFile(2 * MILLION, 'csv'), target: '≤ 1.1' },
  {
    name: '50 × 50 groups, ten million rows of Parquet',
    file: await manyGroupsFile(10 * MILLION, 2, 'parquet'),
    attributes: 2,
    target: '≤ 1.2',
  },
  {
    name: '50 × 50 groups, two million rows of CSV',
    file: await manyGroupsFile(2 * MILLION, 2, 'csv'),
    attributes: 2,
    target: '≤ 1.2',
  },
  {
    name: '50 × 50 × 50 groups, ten million rows of Parquet: refused',
    file: await manyGroupsFile(10 * MILLION, 3, 'parquet'),
    attributes: 3,
    own: 'refused',
    target: 'far below 1',
  },
  ...(['parquet', 'csv'] as const).map((format) => ({
    name: `decisions of two releases about a million rows, ${format}`,
    file: format,
    own: 'behaviour',
    peer: 'join',
    target: '≤ 1.25',
  })),
];
for (const format of ['parquet', 'csv'] as const) await behaviourFiles(format);
console.log('\neach in a fresh process, imports not timed:');
for (const { name, file, attributes, own = 'assay', peer = 'duckdb', target } of CASES) {
  const memory = new Map<string, number>();
  const times = await rounds(roundsAsked(9), [
    { name: own, run: fresh(memory, own, file, attributes) },
    { name: peer, run: fresh(memory, peer, file, attributes) },
    ...(hasPython && own === 'assay' ? [{ name: 'polars', run: polars(memory, file, attributes) }] : []),
  ]);
  console.log(`\n${name}:`);
  printTimes(times);
  printRatio(times, own, peer, target);
  if (times['polars'] !== undefined) printRatio(times, own, 'polars', 'none');
  console.log([...memory].map(([who, megabytes]) => `${who} at most ${megabytes.toFixed(0)} MB`).join(', '));
}

if (hasPython) {
  console.log('\nfairlearn on the same ten million rows, from the file to every measure by race (this takes minutes):');
  const byRace = { ...QUESTION, protected_attributes: ['race'] };
  const report = await measures(ten, byRace);
  const peers = await rounds(roundsAsked(1), [
    {
      name: 'fairlearn',
      run: async () => {
        const answer = await fairlearn(ten);
        assertSameMeasures(report, answer.measures);
        return answer.milliseconds;
      },
    },
    { name: 'assay', run: async () => void (await measures(ten, byRace)) },
  ]);
  printTimes(peers);
  printRatio(peers, 'fairlearn', 'assay', '≥ 100');
}
