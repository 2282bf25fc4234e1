import { readFileSync } from 'node:fs';
import { RehearsalReport } from '../../lib/domain/audit/rehearsal-report.ts';

const VECTOR = new URL('../vectors/audit-rehearsal.ndjson', import.meta.url);

/** The report of a rehearsal in which so many entries failed. */
export const aReport = (failures: number): RehearsalReport => {
  const report = RehearsalReport.parse(JSON.parse(readFileSync(VECTOR, 'utf8')));
  const [entry] = report.sample;
  if (entry === undefined) throw new Error('the vector has no entry');
  const sample = Array.from({ length: Math.max(1, failures) }, (_, index) => ({
    ...entry,
    leaf_index: index,
    problems: index < failures ? entry.problems : [],
  }));
  return { ...report, sample, failures };
};
