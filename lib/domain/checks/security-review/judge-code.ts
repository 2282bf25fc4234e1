import type { CodeQualityReport } from '../../evidence/code-quality-report.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { sayUnless } from '../finding.ts';

/** Establishes that a report is about the commit that the model was trained from. */
export const codeProblems = (report: CodeQualityReport, { git_commit }: ManifestRecord): string[] =>
  sayUnless(
    report.git_commit === git_commit,
    `The code quality report is about commit ${report.git_commit}; the model was built from ${git_commit}. Run it on that commit.`,
  );
