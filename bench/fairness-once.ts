/** One count in a process of its own, for bench/fairness.ts: prints milliseconds and megabytes. Imports are not timed. */
import { DuckDBInstance } from '@duckdb/node-api';
import { countOutcomes } from '../lib/adapters/counting/duckdb-outcome-counts.ts';
import { fairnessReport } from '../lib/domain/evidence/fairness/fairness-report.ts';
import { bareGroupBy, manyGroupsQuestion, QUESTION } from './predictions.ts';

const [who, file = '', attributes] = process.argv.slice(2);
const question = attributes === undefined ? QUESTION : manyGroupsQuestion(Number(attributes));
const peers: Record<string, () => Promise<unknown>> = {
  assay: async () => fairnessReport(await countOutcomes(file, question), 30),
  refused: () =>
    countOutcomes(file, question).then(
      () => Promise.reject(new Error('was not refused')),
      () => undefined,
    ),
  duckdb: () => bareGroupBy(file, question),
};

// The library loads its binding when it is first used.
void DuckDBInstance;
const startedAt = performance.now();
await peers[who ?? '']?.();
const milliseconds = performance.now() - startedAt;
console.log(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
