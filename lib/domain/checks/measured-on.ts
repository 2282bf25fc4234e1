import type { EvaluationReport } from '../evidence/evaluation-report.ts';
import type { Sha256 } from '../identifiers.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import { sayUnless } from './finding.ts';

type Measured = {
  readonly report: EvaluationReport;
  readonly predictionsSha256: Sha256;
  readonly rows: number;
  readonly manifest: ManifestRecord;
};

/**
 * Establishes that the predictions were made by the artifact that is to be released. The evaluation report ties the two
 * together; without this, they could be those of a better model.
 */
export const predictionProblems = ({ report, predictionsSha256, rows, manifest }: Measured): string[] => [
  ...sayUnless(
    report.predictions_sha256 === predictionsSha256,
    `The evaluation report is about predictions ${report.predictions_sha256 ?? '(not named)'}, but ${predictionsSha256} were submitted.`,
  ),
  ...sayUnless(
    report.artifact_sha256 === manifest.artifact_sha256,
    `The evaluation report is about artifact ${report.artifact_sha256 ?? '(not named)'}, but ${manifest.artifact_sha256} is to be released.`,
  ),
  ...sayUnless(
    report.test_split?.rows === rows,
    `The evaluation report has ${report.test_split?.rows ?? 'an unnamed number of'} test rows, the predictions have ${rows}. Submit all of them.`,
  ),
];

/** Establishes that a report is about the artifact that is to be released. */
export const artifactProblems = (
  name: string,
  sha256: string | undefined,
  { artifact_sha256 }: ManifestRecord,
): string[] =>
  sayUnless(
    sha256 === artifact_sha256,
    `The ${name} is about artifact ${sha256 ?? '(not named)'}, but ${artifact_sha256} is to be released. Create one for this artifact.`,
  );
