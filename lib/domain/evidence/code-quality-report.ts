import * as z from 'zod';
import { readDocument } from './documents/document.ts';

export const CODE_QUALITY_REPORT_MAX_BYTES = 262_144;

const Count = z.int().min(0);

/**
 * What the pipeline's own tests and linters report about the code that trained the model
 * (docs/formats/further-evidence.md).
 */
export const CodeQualityReport = z.object({
  schema_version: z.literal(1),
  git_commit: z.string(),
  tests: z.object({ passed: Count, failed: Count, skipped: Count.default(0) }),
  coverage: z.object({ lines_covered: Count, lines_total: Count }),
  lint: z.object({ errors: Count, warnings: Count.default(0) }),
});
export type CodeQualityReport = z.infer<typeof CodeQualityReport>;

/** Establishes that bytes are a code quality report. */
export const parseCodeQualityReport = (bytes: Uint8Array): CodeQualityReport =>
  readDocument(CodeQualityReport, bytes, CODE_QUALITY_REPORT_MAX_BYTES, 'code quality report');
