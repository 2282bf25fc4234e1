/** One count in a process of its own, for bench/fairness.ts: prints milliseconds and megabytes. Imports are not timed. */
import { DuckDBInstance } from '@duckdb/node-api';
import { compareBehaviour } from '../lib/adapters/counting/duckdb-behaviour.ts';
import { countOutcomes } from '../lib/adapters/counting/duckdb-outcome-counts.ts';
import { fairnessReport } from '../lib/domain/evidence/fairness/fairness-report.ts';
import { behaviourQuestion } from '../lib/domain/evidence/predictions/behaviour-question.ts';
import {
  bareGroupBy,
  bareJoin,
  behaviourFiles,
  type FileFormat,
  manyGroupsQuestion,
  QUESTION,
  ROW_ID,
} from './predictions.ts';

const [who, file = '', attributes] = process.argv.slice(2);
const question = attributes === undefined ? QUESTION : manyGroupsQuestion(Number(attributes));
const formatOf = (name: string): FileFormat => (name === 'csv' ? 'csv' : 'parquet');
const asked = () => {
  const reference = { ...QUESTION, uri: 's3://models/predictions', columns: { row_id: ROW_ID } };
  const found = behaviourQuestion(reference, reference);
  if (found === undefined) throw new Error('no column of ids');
  return found;
};
const peers: Record<string, () => Promise<unknown>> = {
  assay: async () => fairnessReport(await countOutcomes(file, question), 30),
  refused: () =>
    countOutcomes(file, question).then(
      () => Promise.reject(new Error('was not refused')),
      () => undefined,
    ),
  duckdb: () => bareGroupBy(file, question),
  behaviour: async () => compareBehaviour(await behaviourFiles(formatOf(file)), asked()),
  join: async () => bareJoin(await behaviourFiles(formatOf(file))),
};

// The library loads its binding when it is first used.
void DuckDBInstance;
const startedAt = performance.now();
await peers[who ?? '']?.();
const milliseconds = performance.now() - startedAt;
console.log(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
